import { Link } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { actorName } from "../../components/actor-name.ts";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { describeCounts, WaveBar } from "../../components/wave-bar.tsx";
import { WaveStrip } from "../../components/wave-strip.tsx";
import classes from "./rollouts.module.css";

/** One rollout in a list: what, where, how far, who. */
export function RolloutLine({ rollout }: { readonly rollout: RolloutRow }) {
  const look = rolloutLook(rollout.state);
  const ended = rollout.finishedAt ?? rollout.createdAt;
  return (
    <li className={classes["line"]}>
      <div className={classes["what"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={`/rollouts/${rollout.id}`}>
          {rollout.kind === "rollback" ? `Back to ${rollout.title}` : rollout.title}
        </Link>
        <div className={classes["faint"]}>
          {rollout.fleetName} · {actorName(rollout.createdBy)} · <TimeAgo at={ended} />
          {rollout.reason !== "" && <> · “{rollout.reason}”</>}
        </div>
      </div>
      <div className={classes["how"]}>
        <WaveBar counts={rollout.counts} />
        <div className={classes["faint"]}>{describeCounts(rollout.counts)}</div>
      </div>
      <div className={classes["waves"]}>
        <WaveStrip waves={rollout.waveStates} />
      </div>
      <div className={classes["state"]}>
        <StatusBadge status={look.status} word={look.word} />
      </div>
    </li>
  );
}
