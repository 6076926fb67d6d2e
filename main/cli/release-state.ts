import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";

type Release = Pick<ReleaseRow, "id" | "state" | "blocked" | "publishing">;

/**
 * Where a release stands, in a word or two. One on its way is still a draft, and says what it is waiting for:
 * "waits for signatures (1 of 2)".
 */
export function releaseStateText(release: Release, requests: readonly SigningRequest[]): string {
  const request = requests.find(({ state, intent }) => state === "open" && "releaseId" in intent && intent.releaseId === release.id);
  const waiting = request === undefined ? undefined : `waits for signatures (${signedSoFar(request)})`;
  if (release.state === "draft" && waiting !== undefined) return waiting;
  if (release.state === "draft" && release.publishing !== undefined) return publishingText(release.publishing.state);
  const state = release.blocked === undefined ? release.state : "blocked";
  return waiting === undefined ? state : `${state}, ${waiting}`;
}

function publishingText(state: NonNullable<Release["publishing"]>["state"]): string {
  if (state === "cancelled") return "draft";
  return state === "running" || state === "completed" ? "publishing" : `publishing (${state})`;
}

/** Signatures of the document that lacks most of them, such as "1 of 2". */
function signedSoFar({ documents }: SigningRequest): string {
  const quorums = documents.flatMap(({ quorums: needed, signedBy }) =>
    needed.map(({ threshold, keyIds }) => ({ threshold, signed: keyIds.filter((keyId) => signedBy.includes(keyId)).length })),
  );
  const [last] = quorums.toSorted((a, b) => b.threshold - b.signed - (a.threshold - a.signed));
  return last === undefined ? "0" : `${Math.min(last.signed, last.threshold)} of ${last.threshold}`;
}
