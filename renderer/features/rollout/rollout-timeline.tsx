import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { auditSentence } from "#shared/domain/audit/audit-sentence.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { Panel } from "../../components/panel.tsx";
import { Timeline, type TimelineItem } from "../../components/timeline.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";

/** What happened to this rollout, from the audit: who, when, why. */
export function RolloutTimeline({ rolloutId }: { readonly rolloutId: string }) {
  const filter = { search: rolloutId, limit: 100 };
  const page = useContractQuery(keys.audit(filter), (client, signal) => client.audit.list(filter, { signal }));
  return (
    <Panel title="Timeline">
      <Answer of={page}>{({ rows }) => <Timeline label="What happened to this rollout" items={rows.map(itemOf)} />}</Answer>
    </Panel>
  );
}

function itemOf(entry: AuditEntry): TimelineItem {
  const status = entry.action === "rollout.tripped" ? "failed" : entry.action === "rollout.completed" ? "healthy" : undefined;
  return {
    id: entry.sequence,
    at: entry.at,
    ...(status === undefined ? {} : { status }),
    title: auditSentence(entry),
    detail: entry.reason === "" ? actorName(entry.actor) : `${actorName(entry.actor)}: ${entry.reason}`,
  };
}
