import type { AdoptedRelease } from "./adoption.ts";

/** What came of an adoption, in a sentence or two: what is here, what is not, and what to do next. */
export function summarizeAdoption(releases: readonly Pick<AdoptedRelease, "state">[]): string {
  const done = releases.filter((one) => one.state === "done").length;
  const left = releases.length - done;
  if (left === 0) return done === 1 ? "It is here as a draft." : `All ${done} are here as drafts.`;
  const stays = done === 0 ? "" : ` ${done} ${done === 1 ? "is here as a draft and stays" : "are here as drafts and stay"}.`;
  if (releases.length === 1) return "No draft was made of it.";
  return `${left} of ${releases.length} were not adopted.${stays}`;
}
