import { describe, expect, it } from "vitest";
import { missingSignatures, missingText } from "#main/cli/missing-signatures.ts";
import { aRequest, testKey } from "#test/builders/signing-requests.ts";

const [ana, ben, cem] = [testKey("ana"), testKey("ben"), testKey("cem")];
const { request } = aRequest({ intent: { kind: "renew" }, documents: { "2.targets.json": "a", "2.org.example.web.json": "b" } });

function signed(threshold: number, ...signers: readonly { readonly keyId: string }[]) {
  const quorums = [{ label: "operators", threshold, keyIds: [ana, ben, cem].map((key) => key.keyId) }];
  return { ...request, documents: request.documents.map((one) => ({ ...one, quorums, signedBy: signers.map((key) => key.keyId) })) };
}

describe("missing signatures", () => {
  it("name each group of signers once, with those who have not signed", () => {
    expect(missingSignatures(signed(2, ana))).toEqual([
      { needed: 1, of: [ben.keyId, cem.keyId], documents: ["2.targets.json", "2.org.example.web.json"] },
    ]);
    expect(missingSignatures(signed(2))[0]?.needed).toBe(2);
  });

  it("are none when enough have signed, or the request has ended", () => {
    expect(missingSignatures(signed(2, ana, cem))).toEqual([]);
    expect(missingSignatures({ ...signed(2), state: "cancelled" })).toEqual([]);
  });

  it("are told by names, which are others' text", () => {
    const labels = new Map([[ben.keyId, "ben\u001b[2J"]]);
    const text = missingText({ needed: 1, of: [ben.keyId, cem.keyId], documents: ["2.targets.json"] }, labels);
    expect(text).toBe(`1 more of "ben\\u{1b}[2J" (${ben.keyId.slice(0, 16)}), key ${cem.keyId.slice(0, 16)}, for 2.targets.json`);
  });
});
