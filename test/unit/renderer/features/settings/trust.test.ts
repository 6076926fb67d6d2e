import { describe, expect, it } from "vitest";
import { freshnessLook } from "#renderer/features/settings/trust/freshness-look.ts";
import { quorumAdvice, readPublicKey, readQuorum } from "#renderer/features/settings/trust/quorum-reading.ts";
import { readSignatures } from "#renderer/features/settings/trust/read-signatures.ts";
import {
  digestGroups,
  keyLabel,
  labelsOf,
  quorumProgress,
  requestLook,
  requestWords,
} from "#renderer/features/settings/trust/request-words.ts";
import { isPresentQuorum, quorumRequest, takeoverSteps } from "#renderer/features/settings/trust/takeover-steps.ts";
import { createQuorumDraftStore } from "#renderer/stores/quorum-draft-store.ts";
import { operatorKey, type OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { signingRequest, type SigningRequest } from "#shared/domain/trust/signing-request.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const keyId = (letter: string): string => letter.repeat(64);
const document = (
  name: string,
  signedBy: readonly string[],
  quorums = [{ label: "operators", threshold: 2, keyIds: ["a", "b", "c"].map(keyId) }],
) => ({
  name,
  role: "targets",
  sha256: keyId("1"),
  sizeBytes: 10,
  quorums,
  signedBy: signedBy.map(keyId),
});

function aRequest(documents: readonly unknown[], more: object = {}): SigningRequest {
  return signingRequest.parse({
    id: ID,
    intent: { kind: "renew" },
    title: "Sign everything that stands for longer",
    state: "open",
    documents,
    createdAt: 0,
    createdBy: "user:ana",
    draft: 1,
    fingerprint: "0123456789abcdef".repeat(4),
    ...more,
  });
}

describe("a signing request", () => {
  it("counts a key only once it has signed every document that asks for it", () => {
    const request = aRequest([document("targets", ["a", "b"]), document("web", ["a"])]);
    expect(quorumProgress(request)).toMatchObject([{ threshold: 2, signed: [keyId("a")], left: 1 }]);
    expect(requestWords(request)).toBe("waits for 1 more signature");
    expect(requestWords(aRequest([document("targets", [])]))).toBe("waits for 2 more signatures");
    expect(requestWords(aRequest([document("targets", ["a", "c"])]))).toBe("has every signature");
  });

  it("counts the keys before and the keys after by themselves", () => {
    const quorums = [
      { label: "the keys before", threshold: 1, keyIds: [keyId("a")] },
      { label: "the keys after", threshold: 2, keyIds: [keyId("b"), keyId("c")] },
    ];
    expect(quorumProgress(aRequest([document("root", ["a", "b"], quorums)])).map((one) => one.left)).toEqual([0, 1]);
  });

  it("says how it ended", () => {
    expect(requestWords(aRequest([document("x", [])], { state: "completed" }))).toBe("signed and in force");
    expect(requestLook(aRequest([document("x", [])], { state: "cancelled" })).word).toBe("Given up");
  });

  it("shows its fingerprint in groups that can be read out", () => {
    expect(digestGroups("0123456789abcdef".repeat(4))).toHaveLength(8);
  });

  it("names keys by their label, new ones by what the request calls them, strangers by their id", () => {
    const [ana, boris] = [anOperator("ana", "A"), anOperator("boris", "B")];
    const known = [{ ...ana, keyId: keyId("a") }];
    const labels = labelsOf(known, aRequest([document("x", [])], { intent: { kind: "quorum", quorum: { threshold: 1, keys: [boris] } } }));
    expect([...labels.values()].toSorted()).toEqual(["ana", "boris"]);
    expect(keyLabel(keyId("a"), labels)).toBe("ana");
    expect(keyLabel(keyId("f"), labels)).toBe(`key ${"f".repeat(16)}`);
  });
});

describe("signatures that are brought back", () => {
  const request = aRequest([document("targets", [])]);
  const file = {
    kind: "rollcall.signatures",
    v: 1,
    requestId: ID,
    fingerprint: request.fingerprint,
    signatures: [{ document: "targets", keyId: keyId("a"), signature: "x".repeat(86) }],
  };

  it("are taken when they are of this very draft", () => {
    expect(readSignatures(JSON.stringify(file), request)).toMatchObject({ requestId: ID });
  });

  it.each([
    ["something else", "{}", "INPUT_INVALID"],
    ["no JSON", "hello", "INPUT_INVALID"],
    ["another request", JSON.stringify({ ...file, requestId: ID.replace("1", "2") }), "TRUST_SIGNATURE_REFUSED"],
    ["an earlier draft", JSON.stringify({ ...file, fingerprint: keyId("9") }), "TRUST_SIGNATURE_REFUSED"],
  ])("are refused when the file is of %s", (_, text, code) => {
    expect(() => readSignatures(text, request)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a quorum that is put together", () => {
  const recovery = anOperator("safe", "R", "recovery");

  it("takes the public half that the CLI writes, and refuses a private key by name", () => {
    const ana = anOperator("ana", "A");
    expect(readPublicKey(JSON.stringify({ kind: "rollcall.public-key", v: 1, ...ana }))).toEqual(ana);
    expect(() => readPublicKey('{"kind":"rollcall.operator-key"}')).toThrow(/private key/);
    expect(() => readPublicKey("{}")).toThrow(/no public key/);
  });

  it("says what is missing until it can be asked for", () => {
    const store = createQuorumDraftStore();
    expect(readQuorum(store.getState()).missing).toHaveLength(2);
    store.getState().addKey(anOperator("ana", "A"));
    store.getState().addKey(anOperator("ana again", "A"));
    expect(store.getState().keys).toHaveLength(1);
    expect(readQuorum(store.getState()).missing[0]).toContain("only 1");
    store.getState().addKey(anOperator("boris", "B"));
    expect(readQuorum(store.getState()).missing[0]).toContain("recovery");
    store.getState().addKey(recovery);
    expect(readQuorum(store.getState()).quorum?.keys).toHaveLength(3);
    store.getState().removeKey(recovery.publicKey);
    expect(readQuorum(store.getState()).quorum).toBeUndefined();
  });

  it("is advised against one signature, and against needing everybody", () => {
    const keys = [anOperator("ana", "A"), anOperator("boris", "B"), recovery];
    expect(quorumAdvice({ keys, threshold: 1 })).toContain("One signature");
    expect(quorumAdvice({ keys, threshold: 2 })).toContain("Every operator");
    expect(quorumAdvice({ keys: [...keys, anOperator("cleo", "C")], threshold: 2 })).toBeUndefined();
  });
});

describe("the hand-over", () => {
  it("stands where the draft, the request and the keys stand", () => {
    const request = aRequest([document("root", [])], {
      intent: { kind: "quorum", quorum: { threshold: 1, keys: [anOperator("ana", "A")] } },
    });
    expect(quorumRequest([aRequest([document("x", [])]), request])).toBe(request);
    expect(takeoverSteps(undefined, "incomplete").keys.word).toBe("Now");
    expect(takeoverSteps(undefined, "ready").draft.word).toBe("Now");
    expect(takeoverSteps(request, "ready").sign.word).toBe("waits for 2 more signatures");
    expect(takeoverSteps(undefined, "in-force").done.word).toBe("Done");
  });

  it("is over when those sign who were wanted, and begins anew with any other", () => {
    const keys = [anOperator("ana", "A"), anOperator("safe", "R", "recovery")];
    const status = { mode: "operator-held" as const, threshold: 1, keys: keys.map((key) => ({ ...key, keyId: keyId("a") })) };
    expect(isPresentQuorum({ keys: keys.toReversed(), threshold: 1 }, status)).toBe(true);
    expect(isPresentQuorum({ keys, threshold: 2 }, status)).toBe(false);
    expect(isPresentQuorum({ keys: [], threshold: 1 }, { ...status, mode: "server-held", keys: [] })).toBe(false);
  });
});

describe("the freshness of a signed document", () => {
  const DAY = 86_400_000;
  it.each([
    ["people's, with all of its life", 300, false, "Fresh", "healthy"],
    ["people's, with less than half", 150, false, "Half its life left", "paused"],
    ["people's, within 14 days of its end", 13, false, "A tenth left: sign it again", "failed"],
    ["that renews itself at half", 150, true, "Half its life left", "healthy"],
    ["that was not renewed", 80, true, "A quarter left, not renewed", "failed"],
    ["that is past its end", -1, true, "Expired", "failed"],
  ] as const)("of one %s", (_, days, online, word, status) => {
    expect(freshnessLook({ expiresAt: days * DAY, lifetimeMs: 365 * DAY, online }, 0)).toMatchObject({ word, status });
  });
});

function anOperator(label: string, letter: string, use: "operator" | "recovery" = "operator"): OperatorKey {
  return operatorKey.parse({ label, publicKey: letter.repeat(43), use });
}
