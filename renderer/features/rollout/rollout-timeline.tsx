import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { auditSentence } from "#shared/domain/audit/audit-sentence.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { Panel } from "../../components/panel.tsx";
import { Timeline, type TimelineItem } from "../../components/timeline.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { subjectNames } from "./view-model.ts";

/** What happened to this rollout, from the audit: who, when, why. */
export function RolloutTimeline({ detail }: { readonly detail: RolloutDetail }) {
  const filter = { search: detail.rollout.id, limit: 100 };
  const nameOf = subjectNames(detail);
  const page = useContractQuery(keys.audit(filter), (client, signal) => client.audit.list(filter, { signal }));
  return (
    <Panel title="Timeline">
      <Answer of={page}>
        {({ rows }) => <Timeline label="What happened to this rollout" items={rows.map((entry) => itemOf(entry, nameOf))} />}
      </Answer>
    </Panel>
  );
}

function itemOf(entry: AuditEntry, nameOf: (subject: string) => string | undefined): TimelineItem {
  const actor = nameOf(entry.actor) ?? actorName(entry.actor);
  const status = entry.action === "rollout.tripped" ? "failed" : entry.action === "rollout.completed" ? "healthy" : undefined;
  return {
    id: entry.sequence,
    at: entry.at,
    ...(status === undefined ? {} : { status }),
    title: auditSentence(entry, nameOf),
    detail: entry.reason === "" || auditSentence(entry, nameOf).includes(entry.reason) ? actor : `${actor}: ${entry.reason}`,
  };
}
