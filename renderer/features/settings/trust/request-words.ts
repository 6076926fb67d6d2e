import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { quorumRules } from "#shared/domain/trust/reading/key-names.ts";
import type { StateLook } from "../../../components/state-status.ts";
import { sha256Text } from "../../../data/sha256-text.ts";

/** How far one quorum of a request is. */
export type QuorumProgress = {
  readonly label: string;
  readonly threshold: number;
  /** Keys that have signed every document that asks for them, and those that have not. */
  readonly signed: readonly string[];
  readonly missing: readonly string[];
  /** Signatures that are still needed. */
  readonly left: number;
};

/** How far every quorum is. A key counts once it has signed each document that its quorum must sign. */
export function quorumProgress({ documents }: Pick<SigningRequest, "documents">): readonly QuorumProgress[] {
  const quorums = new Map(
    documents.flatMap((one) => one.quorums.map((quorum) => [[...quorum.keyIds, quorum.threshold].join(), quorum] as const)),
  );
  return [...quorums].map(([id, quorum]) => {
    const asking = documents.filter((one) => one.quorums.some((other) => [...other.keyIds, other.threshold].join() === id));
    const signed = quorum.keyIds.filter((keyId) => asking.every((one) => one.signedBy.includes(keyId)));
    return {
      label: quorum.label,
      threshold: quorum.threshold,
      signed,
      missing: quorum.keyIds.filter((keyId) => !signed.includes(keyId)),
      left: Math.max(0, quorum.threshold - signed.length),
    };
  });
}

/** "waits for 1 more signature", "complete", "given up". */
export function requestWords(request: SigningRequest): string {
  if (request.state === "completed") return "signed and in force";
  if (request.state === "cancelled") return "given up";
  const left = quorumProgress(request).reduce((most, one) => Math.max(most, one.left), 0);
  if (left === 0) return "has every signature";
  return `waits for ${left} more ${left === 1 ? "signature" : "signatures"}`;
}

/** How a request looks. */
export function requestLook(request: SigningRequest): StateLook {
  if (request.state === "completed") return { status: "healthy", word: "Signed" };
  return request.state === "cancelled" ? { status: "unknown", word: "Given up" } : { status: "paused", word: "Open" };
}

/** What keys are called, by key id: as they stand, and as the request names those that are to come. */
export function labelsOf(keys: TrustStatus["keys"], request: Pick<SigningRequest, "intent"> | undefined): ReadonlyMap<string, string> {
  const wanted = request?.intent.kind === "quorum" ? quorumRules(request.intent.quorum, sha256Text).labels : new Map<string, string>();
  return new Map([...wanted, ...keys.map((one) => [one.keyId, one.label] as const)]);
}

/** Who a key is: the name that people gave it, or the beginning of its id. */
export function keyLabel(keyId: string, labels: ReadonlyMap<string, string>): string {
  return labels.get(keyId) ?? `key ${keyId.slice(0, 16)}`;
}

/** A digest in groups that two people can read to each other. */
export function digestGroups(hex: string): readonly string[] {
  return hex.match(/.{1,8}/g) ?? [];
}
