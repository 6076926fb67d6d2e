import { useLocation } from "wouter";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useCommand } from "../../stores/command-store.ts";

/** Rollouts that one can step through; the list shows as many. */
const SHOWN = 200;

/** Steps from one rollout to the next older or newer one by `]` and `[`. */
export function useNeighbours(rolloutId: string): void {
  const [, navigate] = useLocation();
  const filter = { limit: SHOWN };
  const rows = useContractQuery(keys.rollouts(filter), (client, signal) => client.rollouts.list(filter, { signal })).data ?? [];
  const at = rows.findIndex((row) => row.id === rolloutId);
  const older = at < 0 ? undefined : rows[at + 1];
  const newer = at < 1 ? undefined : rows[at - 1];
  useCommand(
    "view.next",
    () => older !== undefined && navigate(`/rollouts/${older.id}`),
    older === undefined ? "This is the oldest rollout." : undefined,
  );
  useCommand(
    "view.previous",
    () => newer !== undefined && navigate(`/rollouts/${newer.id}`),
    newer === undefined ? "This is the newest rollout." : undefined,
  );
}
