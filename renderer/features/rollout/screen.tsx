import { useParams } from "wouter";
import type { RolloutDetail, RolloutRow } from "#shared/contract/rollouts.ts";
import { rolloutId as rolloutIdSchema } from "#shared/lib/ids.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { ChangesPanel } from "./changes-panel.tsx";
import { FailuresPanel } from "./failures-panel.tsx";
import { NextStepLine } from "./next-step-line.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { RolloutTimeline } from "./rollout-timeline.tsx";
import classes from "./rollout.module.css";
import { useDecisions } from "./use-decisions.ts";
import { sentWords } from "./sent-words.ts";
import { useNeighbours } from "./use-neighbours.ts";
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
  const { rollout, waves, failures } = detail;
  const decisions = useDecisions(detail);
  useNeighbours(rollout.id);
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
        lead={<Lead rollout={rollout} />}
        actions={<RolloutActions detail={detail} decisions={decisions} />}
      />
      <NextStepLine detail={detail} readAt={readAt} />
      {failures.length > 0 && rollout.state === "tripped" && <FailuresPanel detail={detail} decisions={decisions} />}
      <ol className={classes["waves"]} aria-label="Waves">
        {waves.map((wave) => (
          <WaveColumn key={wave.id} wave={wave} rollout={rollout} isLast={wave === waves.at(-1)} />
        ))}
      </ol>
      <div className={classes["columns"]}>
        <div className={classes["column"]}>
          {failures.length > 0 && rollout.state !== "tripped" && <FailuresPanel detail={detail} decisions={decisions} />}
          <ChangesPanel rollout={rollout} />
        </div>
        <RolloutTimeline detail={detail} />
      </div>
    </>
  );
}

function Lead({ rollout }: { readonly rollout: RolloutRow }) {
  return (
    <>
      {rollout.kind === "rollback" ? "Rolled back" : "Started"} by {actorName(rollout.createdBy)} <TimeAgo at={rollout.createdAt} />
      {rollout.reason !== "" && <> · “{rollout.reason}”</>}
      {rollout.sent !== undefined && (
        <span title={`What ${rollout.sent.downloads} installs took, beside whole files`}> · {sentWords(rollout.sent)}</span>
      )}
    </>
  );
}
