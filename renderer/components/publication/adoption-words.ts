import type { AdoptedRelease, Adoption } from "#shared/domain/adoption/adoption.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import type { StateLook } from "../state-status.ts";
import { bytesWords } from "./publication-words.ts";

const STATES = {
  running: { status: "progressing", word: "Bringing in" },
  paused: { status: "paused", word: "Paused" },
  failed: { status: "failed", word: "Failed" },
  cancelled: { status: "unknown", word: "Cancelled" },
  completed: { status: "healthy", word: "Adopted" },
} as const satisfies Record<Adoption["state"], StateLook>;

/** How an adoption's state looks. One that only waits for its next try needs nobody yet. */
export function adoptionLook({ state, releases }: Pick<Adoption, "state" | "releases">): StateLook {
  const open = releases.filter((one) => one.state === "pending" || one.state === "running");
  const waits = open.length > 0 && open.every((one) => one.retryAt !== undefined);
  return state === "running" && waits ? { status: "paused", word: "Will try again" } : STATES[state];
}

/** How one release of it stands; what is not done when the whole of it stands is not done now. */
export function adoptedLook(release: Pick<AdoptedRelease, "state" | "retryAt" | "attempts">, state: Adoption["state"]): StateLook {
  if (release.state === "done") return { status: "healthy", word: "Draft made" };
  if (release.state === "failed") return { status: "failed", word: "Not adopted" };
  if (state === "paused") return { status: "paused", word: "Paused" };
  if (state !== "running") return { status: "unknown", word: "Not adopted" };
  if (release.retryAt !== undefined) return { status: "paused", word: "Will try again" };
  return release.state === "running" ? { status: "progressing", word: "Fetching" } : { status: "unknown", word: "To do" };
}

/** Where it stands, in a line: how it ended, what it waits for, else how far its bytes are. */
export function adoptionWords(adoption: Pick<Adoption, "releases" | "message" | "doneBytes" | "totalBytes">): string {
  const waits = adoption.releases.find((one) => one.state === "pending" && one.error !== undefined);
  if (adoption.message !== "") return adoption.message;
  if (waits?.error !== undefined) return `${waits.error.message} It is tried again by itself.`;
  return adoption.totalBytes === 0 ? "Looks at what the store has." : bytesWords(adoption, []);
}

/** How much of it is done, 0 to 1. Each release counts the same, since how large the later ones are is not known yet. */
export function adoptionShare({ releases }: Pick<Adoption, "releases">): number {
  const shares = releases.map(({ state, doneBytes, totalBytes }) => (state === "done" ? 1 : totalBytes === 0 ? 0 : doneBytes / totalBytes));
  return shares.reduce((sum, one) => sum + one, 0) / releases.length;
}

/** What stands beside the bar: the bytes of a single release, or how many of several are drafts. */
export function shareWords(adoption: Pick<Adoption, "releases" | "doneBytes" | "totalBytes">, samples: readonly TransferSample[]): string {
  const { releases } = adoption;
  if (releases.length === 1) return bytesWords(adoption, samples);
  return `${releases.filter((one) => one.state === "done").length} of ${releases.length} drafts made`;
}

/** What an adoption is called: "2.0.0", "2.0.0 and 1.9.0", "2.0.0 and 4 more". */
export function adoptionName({ releases }: Pick<Adoption, "releases">): string {
  const [first = "", second = ""] = releases.map((one) => one.reference);
  if (releases.length === 1) return first;
  return releases.length === 2 ? `${first} and ${second}` : `${first} and ${releases.length - 1} more`;
}
