import { shownText } from "#shared/lib/shown-text.ts";
import { describeExit } from "../update/probation.ts";
import type { ServiceHealth } from "./service-health.ts";

/** As long as what a report takes. */
const MAX_CHARACTERS = 300;

/**
 * Why what serves is not well, in a sentence to people; undefined when it is. A version that has passed its probation is
 * only started again when it crashes, so without this an operator would see nothing but a number that grows.
 */
export function serviceTrouble(health: ServiceHealth): string | undefined {
  if (health.isHealthy) return undefined;
  return shownText(troubleOf(health), MAX_CHARACTERS);
}

function troubleOf({
  unwell,
  runningSinceMs,
  lastExit,
  crashesInARow,
  isFailing,
  lastProbe,
  readyAtMs,
  firstGoodAtMs,
}: ServiceHealth): string {
  if (unwell !== undefined) return `It says of itself: ${unwell}`;
  if (runningSinceMs === undefined) {
    if (lastExit === undefined) return "It is being started.";
    const times = crashesInARow > 1 ? `, ${crashesInARow} times in a row` : "";
    return `It ${describeExit(lastExit)}${times}. It is started again.`;
  }
  const before = lastExit === undefined ? "" : ` Before, it ${describeExit(lastExit)}.`;
  if (isFailing) return `Its probe fails: ${lastProbe ?? "no answer"}.${before}`;
  const awaits =
    firstGoodAtMs === undefined && readyAtMs !== undefined ? "Its probe has not been answered well yet" : "It is not ready yet";
  return `${awaits}${lastProbe === undefined ? "" : ` (${lastProbe})`}.${before}`;
}
