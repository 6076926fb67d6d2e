import { Link } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { AdoptingRow, useAdopting } from "./adopting-row.tsx";
import { PublishingRow, usePublishing } from "./publishing-row.tsx";
import { Panel } from "../../components/panel.tsx";
import { openedShare } from "../../components/opened-share.ts";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { describeCounts, WaveBar } from "../../components/wave-bar.tsx";
import { WaveStrip } from "../../components/wave-strip.tsx";
import classes from "./home.module.css";

/** Rollouts, publications and adoptions under way, with where each is. */
export function MovingPanel({ moving }: { readonly moving: readonly RolloutRow[] }) {
  const publishing = usePublishing();
  const adopting = useAdopting();
  return (
    <Panel title="Moving" flush>
      {moving.length + publishing.length + adopting.length === 0 ? (
        <p className={classes["quiet"]}>Nothing is rolling out. Press G then R for past rollouts, C then R to start one.</p>
      ) : (
        <ul className={classes["list"]}>
          {publishing.map((one) => (
            <PublishingRow key={one.publication.id} {...one} />
          ))}
          {adopting.map((one) => (
            <AdoptingRow key={one.adoption.id} {...one} />
          ))}
          {moving.map((rollout) => (
            <MovingRow key={rollout.id} rollout={rollout} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function MovingRow({ rollout }: { readonly rollout: RolloutRow }) {
  const look = rolloutLook(rollout.state);
  return (
    <li className={classes["moving"]}>
      <div className={classes["movingHead"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={`/rollouts/${rollout.id}`}>
          {rollout.kind === "rollback" ? `Back to ${rollout.title}` : rollout.title}
        </Link>
        <span className={classes["faint"]}>in {rollout.fleetName}</span>
        <span className={classes["push"]}>
          <StatusBadge status={look.status} word={look.word} />
        </span>
      </div>
      <WaveBar counts={rollout.counts} share={openedShare(rollout.waveStates)} />
      <div className={classes["movingFoot"]}>
        <WaveStrip waves={rollout.waveStates} />
        <span className={classes["faint"]}>
          {describeCounts(rollout.counts)} · started <TimeAgo at={rollout.startedAt ?? rollout.createdAt} />
        </span>
      </div>
    </li>
  );
}
