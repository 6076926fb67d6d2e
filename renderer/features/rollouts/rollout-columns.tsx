import { Link } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { actorName } from "../../components/actor-name.ts";
import type { DataColumn } from "../../components/data-table-columns.ts";
import { openedShare } from "../../components/opened-share.ts";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { describeCounts, WaveBar } from "../../components/wave-bar.tsx";
import { WaveStrip } from "../../components/wave-strip.tsx";
import classes from "./rollouts.module.css";
import { fromWords, headline, tookMs } from "./view-model.ts";

/** The columns of the list of rollouts; they come in the order in which a person with a pager wants them. */
export const ROLLOUT_COLUMNS: readonly DataColumn<RolloutRow>[] = [
  {
    id: "state",
    header: "State",
    width: "108px",
    cell: (one) => {
      const look = rolloutLook(one.state);
      return <StatusBadge status={look.status} word={look.word} />;
    },
  },
  { id: "what", header: "What", width: "minmax(170px, 1.4fr)", cell: (one) => <What rollout={one} /> },
  {
    id: "waves",
    header: "Waves",
    width: "minmax(150px, 1.3fr)",
    cell: (one) => (
      <span className={classes["strip"]}>
        <WaveStrip waves={one.waveStates} />
      </span>
    ),
  },
  {
    id: "hosts",
    header: "Hosts",
    width: "minmax(130px, 1fr)",
    cell: (one) => (
      <div className={classes["how"]}>
        <WaveBar counts={one.counts} share={openedShare(one.waveStates)} />
        <div className={classes["faint"]}>{describeCounts(one.counts)}</div>
      </div>
    ),
  },
  { id: "when", header: "Who and when", width: "minmax(96px, 0.6fr)", align: "end", cell: (one) => <When rollout={one} /> },
];

function What({ rollout }: { readonly rollout: RolloutRow }) {
  const from = fromWords(rollout);
  const quiet = [rollout.fleetName, ...(from === undefined ? [] : [from]), ...(rollout.reason === "" ? [] : [`“${rollout.reason}”`])];
  return (
    <div className={classes["what"]}>
      <Link className="rc-link" href={`/rollouts/${rollout.id}`} tabIndex={-1}>
        {headline(rollout)}
      </Link>
      <div className={classes["faint"]} title={quiet.join(" · ")}>
        {quiet.join(" · ")}
      </div>
    </div>
  );
}

function When({ rollout }: { readonly rollout: RolloutRow }) {
  const took = tookMs(rollout);
  return (
    <div className={classes["when"]}>
      <div>{actorName(rollout.createdBy)}</div>
      <div className={classes["faint"]}>
        <TimeAgo at={rollout.startedAt ?? rollout.createdAt} />
        {took !== undefined && `, took ${formatDuration(took)}`}
      </div>
    </div>
  );
}
