import { Link } from "wouter";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { Answer } from "../../components/answer.tsx";
import { Panel } from "../../components/panel.tsx";
import { Timeline } from "../../components/timeline.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./rollout.module.css";
import { timelineItems } from "./timeline-items.ts";
import { subjectNames } from "./view-model.ts";

/** Entries that the timeline is made of; the audit has them all. */
const SHOWN = 200;

/** What happened to this rollout, from the audit: who, when, why. */
export function RolloutTimeline({ detail }: { readonly detail: RolloutDetail }) {
  const filter = { search: detail.rollout.id, limit: SHOWN };
  const page = useContractQuery(keys.audit(filter), (client, signal) => client.audit.list(filter, { signal }));
  return (
    <Panel
      title="Timeline"
      actions={
        <Link className={classes["all"]} href={`/audit?search=${detail.rollout.id}`}>
          Audit
        </Link>
      }
    >
      <Answer of={page}>
        {({ rows }) => <Timeline label="What happened to this rollout" items={timelineItems(rows, subjectNames(detail))} />}
      </Answer>
    </Panel>
  );
}
