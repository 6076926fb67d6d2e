import { Link } from "wouter";
import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { Timeline } from "../../components/timeline.tsx";
import type { Status } from "../../styles/status-tokens.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";

const OUTCOMES: Readonly<Record<string, Status>> = {
  "in progress": "progressing",
  completed: "healthy",
  tripped: "failed",
  superseded: "unknown",
  aborted: "unknown",
};

/** Every change of a subscription's target: who, why, from, to, and what came of it. */
export function SubscriptionHistory({ subscriptionId }: { readonly subscriptionId: SubscriptionRow["id"] }) {
  const history = useContractQuery(keys.subscriptionHistory(subscriptionId), (client, signal) =>
    client.subscriptions.history({ subscriptionId }, { signal }),
  );
  return (
    <Answer of={history}>
      {(changes) =>
        changes.length === 0 ? (
          <p>Its target was never set. A rollout, a moved channel or a rollback sets it, and each stands here.</p>
        ) : (
          <Timeline
            label="Changes of the target"
            items={changes.map((change) => ({
              id: change.id,
              at: change.at,
              status: OUTCOMES[change.outcome] ?? "unknown",
              title:
                change.rolloutId === undefined ? (
                  changeTitle(change)
                ) : (
                  <Link className="rc-link" href={`/rollouts/${change.rolloutId}`}>
                    {changeTitle(change)}
                  </Link>
                ),
              detail: [`${actorName(change.actor)}, ${change.cause}, ${change.outcome}`, change.reason]
                .filter((part) => part !== "")
                .join(": "),
            }))}
          />
        )
      }
    </Answer>
  );
}

function changeTitle(change: { readonly fromVersion?: string | undefined; readonly toVersion: string }): string {
  return change.fromVersion === undefined ? `Set to ${change.toVersion}` : `${change.fromVersion} → ${change.toVersion}`;
}
