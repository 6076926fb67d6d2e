import type { HostPhase } from "#shared/domain/host/reported.ts";
import type { Candidate } from "./journal.ts";

/** What a candidate's state is called outside this host, where trying a version is a part of verifying it. */
export function candidatePhase({ state }: Candidate): HostPhase {
  return state === "vetting" ? "verifying" : state;
}
