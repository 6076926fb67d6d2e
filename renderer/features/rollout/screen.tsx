import { useParams } from "wouter";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { rolloutId as rolloutIdSchema } from "#shared/lib/ids.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { FailuresPanel } from "./failures-panel.tsx";
import { NextStepLine } from "./next-step-line.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { RolloutTimeline } from "./rollout-timeline.tsx";
import classes from "./rollout.module.css";
import { TargetsPanel } from "./targets-panel.tsx";
import { WaveColumn } from "./wave-column.tsx";

/** Bake time moves without an event; it is read again this often while a wave bakes. */
const BAKE_REFRESH_MS = 5000;

/** One rollout: its waves as columns, their gates, what needs a decision, what happened. */
export function Screen() {
  const { rolloutId = "" } = useParams();
  const isId = rolloutIdSchema.safeParse(rolloutId).success;
  const detail = useContractQuery(keys.rollout(rolloutId), (client, signal) => client.rollouts.get({ rolloutId }, { signal }), {
    enabled: isId,
    everyMs: BAKE_REFRESH_MS,
  });
  return (
    <Answer of={detail} lines={10}>
      {(answer) => <RolloutPage detail={answer} readAt={detail.dataUpdatedAt} />}
    </Answer>
  );
}

function RolloutPage({ detail, readAt }: { readonly detail: RolloutDetail; readonly readAt: number }) {
  const { rollout, waves } = detail;
  const look = rolloutLook(rollout.state);
  return (
    <>
      <PageHeader
        title={rollout.kind === "rollback" ? `Back to ${rollout.title}` : rollout.title}
        aside={<StatusBadge status={look.status} word={look.word} />}
        parents={[
          { href: "/rollouts", name: "Rollouts" },
          { href: `/fleets/${rollout.fleetId}`, name: rollout.fleetName },
        ]}
        lead={
          <>
            {rollout.kind === "rollback" ? "Rolled back" : "Started"} by {actorName(rollout.createdBy)} <TimeAgo at={rollout.createdAt} />
            {rollout.reason !== "" && <> · “{rollout.reason}”</>}
          </>
        }
        actions={<RolloutActions detail={detail} />}
      />
      <NextStepLine detail={detail} readAt={readAt} />
      <ol className={classes["waves"]} aria-label="Waves" data-count={Math.min(waves.length, 5)}>
        {waves.map((wave) => (
          <WaveColumn key={wave.id} wave={wave} />
        ))}
      </ol>
      <div className={classes["columns"]}>
        <div className={classes["column"]}>
          {detail.failures.length > 0 && <FailuresPanel failures={detail.failures} />}
          <TargetsPanel rollout={rollout} />
        </div>
        <RolloutTimeline detail={detail} />
      </div>
    </>
  );
}
