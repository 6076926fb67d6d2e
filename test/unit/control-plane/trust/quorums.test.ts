import { describe, expect, it } from "vitest";
import { isQuorumMet, isSameAuthority } from "#main/control-plane/trust/authority.ts";
import { isFullySigned } from "#main/control-plane/trust/request-record.ts";
import { tufKey } from "#main/control-plane/trust/tuf-key.ts";

const [a, b, c] = ["a", "b", "c"].map((letter) => letter.repeat(64)) as [string, string, string];
const quorum = (threshold: number, keyIds: readonly string[]) => ({ label: "people", threshold, keyIds: [...keyIds] });

describe("a quorum", () => {
  it("counts different keys of its own, and nobody else's", () => {
    expect(isQuorumMet(quorum(2, [a, b]), new Set([a]))).toBe(false);
    expect(isQuorumMet(quorum(2, [a, b]), new Set([a, c]))).toBe(false);
    expect(isQuorumMet(quorum(2, [a, b]), new Set([a, b, c]))).toBe(true);
  });

  it("is the same with the same people in another order, and another with another threshold", () => {
    const [left, right] = [1, 2].map((byte) => tufKey(new Uint8Array(32).fill(byte))) as [
      ReturnType<typeof tufKey>,
      ReturnType<typeof tufKey>,
    ];
    expect(isSameAuthority({ threshold: 1, keys: [left, right] }, { threshold: 1, keys: [right, left] })).toBe(true);
    expect(isSameAuthority({ threshold: 1, keys: [left] }, { threshold: 1, keys: [right] })).toBe(false);
    expect(isSameAuthority({ threshold: 1, keys: [left, right] }, { threshold: 2, keys: [left, right] })).toBe(false);
  });
});

describe("a request", () => {
  const document = (signers: readonly string[], ...quorums: ReturnType<typeof quorum>[]) => ({
    name: "2.root.json",
    role: "root",
    sha256: "0".repeat(64),
    sizeBytes: 1,
    quorums,
    bytes: new Uint8Array(1),
    signatures: signers.map((keyId) => ({ keyId, publicKey: "", signature: new Uint8Array(64) })),
  });

  it("is signed when every quorum of every document is met: of a new root, those before and those after", () => {
    const [before, after] = [quorum(1, [a]), quorum(2, [b, c])];
    expect(isFullySigned({ documents: [document([a, b], before, after)] })).toBe(false);
    expect(isFullySigned({ documents: [document([b, c], before, after)] })).toBe(false);
    expect(isFullySigned({ documents: [document([a, b, c], before, after)] })).toBe(true);
    expect(isFullySigned({ documents: [document([a, b, c], before, after), document([b], after)] })).toBe(false);
  });
});
