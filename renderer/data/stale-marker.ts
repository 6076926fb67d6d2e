import type { Query, QueryClient } from "@tanstack/react-query";
import { QUERY_ROOTS, type QueryRoot } from "./query-keys.ts";

/** How long a burst of events is gathered before anything is read again, in milliseconds. */
const GATHER_MS = 250;

/** Collects what became stale. `mark` never waits; reads follow one after the other, so a burst cannot starve them. */
export type StaleMarker = { readonly mark: (roots: readonly QueryRoot[]) => void; readonly markAll: () => void; readonly stop: () => void };

/**
 * Marks cached nouns stale in batches. The next batch waits until the reads of the last one are done: a feed that
 * never rests would otherwise cancel each read by the next.
 */
export function createStaleMarker(queries: QueryClient): StaleMarker {
  const pending = new Set<QueryRoot>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading = false;
  const schedule = () => {
    if (timer === undefined && !reading && pending.size > 0) timer = setTimeout(flush, GATHER_MS);
  };
  const flush = () => {
    timer = undefined;
    reading = true;
    const roots = [...pending];
    pending.clear();
    void readAgain(queries, roots).then(() => {
      reading = false;
      schedule();
    });
  };
  const mark = (roots: readonly QueryRoot[]) => {
    for (const root of roots) pending.add(root);
    schedule();
  };
  return { mark, markAll: () => mark(QUERY_ROOTS), stop: () => clearTimeout(timer) };
}

/**
 * Why twice: whoever is being read for the first time is not read anew by the library, and what is on its way may be from
 * before the event. Nothing else would ever ask again.
 */
async function readAgain(queries: QueryClient, roots: readonly QueryRoot[]): Promise<void> {
  const isFirstRead = ({ state }: Query): boolean => state.fetchStatus !== "idle" && state.data === undefined;
  const first = roots.flatMap((root) => queries.getQueryCache().findAll({ queryKey: [root], predicate: isFirstRead }));
  await Promise.allSettled(roots.map((root) => queries.invalidateQueries({ queryKey: [root] })));
  await Promise.allSettled(first.map(({ queryKey }) => queries.invalidateQueries({ queryKey, exact: true })));
}
