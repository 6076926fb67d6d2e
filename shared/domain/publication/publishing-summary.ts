import type { Publication, PublicationState } from "./publication.ts";

/** What needs people most comes first. */
const URGENCY: readonly PublicationState[] = ["failed", "paused", "waiting", "running"];

/** One of a release's publications, as far as the summary needs it. */
type Part = Pick<Publication, "state" | "doneBytes" | "totalBytes">;

/** How a release that goes to several stores stands as a whole; undefined when none of its publications is open. */
export function summarizePublishing(parts: readonly Part[]): Part | undefined {
  const open = parts.filter((one) => one.state !== "completed" && one.state !== "cancelled");
  const state = URGENCY.find((wanted) => open.some((one) => one.state === wanted));
  if (state === undefined) return undefined;
  const sum = (pick: (one: Part) => number): number => parts.reduce((total, one) => total + (one.state === "cancelled" ? 0 : pick(one)), 0);
  return { state, doneBytes: sum((one) => one.doneBytes), totalBytes: sum((one) => one.totalBytes) };
}
