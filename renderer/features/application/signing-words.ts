import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";

/** The open request about a release (to publish or to withdraw it), or undefined. */
export function openRequestOf(requests: readonly SigningRequest[], releaseId: string): SigningRequest | undefined {
  return requests.find((one) => one.state === "open" && "releaseId" in one.intent && one.intent.releaseId === releaseId);
}

/** Signatures that the document which lacks most of them still needs. */
export function signaturesLeft({ documents }: Pick<SigningRequest, "documents">): number {
  const left = documents.flatMap((one) =>
    one.quorums.map((quorum) => quorum.threshold - quorum.keyIds.filter((keyId) => one.signedBy.includes(keyId)).length),
  );
  return Math.max(0, ...left);
}
