import { describe, expect, it } from "vitest";
import { reconcileJournal } from "#main/agent/self-update/reconcile.ts";
import { emptyJournal, type Journal, type Serving } from "#main/agent/update/journal.ts";
import { AGENT_PRODUCT_ID } from "#shared/domain/release/agent-product.ts";
import { applicationId, grantId } from "#shared/lib/ids.ts";

const GRANT = grantId.parse("018f3b1e-7f7a-7000-8000-000000000003");
const releaseOf = (letter: string, version: string) => ({
  releaseId: `018f3b1e-7f7a-7000-8000-0000000000${letter}${letter}` as never,
  version,
  digest: letter.repeat(64),
});
const [A, B, C] = [releaseOf("a", "1.0.0"), releaseOf("b", "2.0.0"), releaseOf("c", "3.0.0")];

function journalWith(serving: Serving): Journal {
  const identity = { applicationId: applicationId.parse("0d9f6a1e-52f0-4c1e-8a41-2f9a4b7c6d10"), productId: AGENT_PRODUCT_ID };
  const installed = [A, B].map((one) => ({ ...one, proven: true, usedAt: 1 }));
  return { ...emptyJournal(identity), serving, installed, legacy: { release: A, isStopped: true } };
}

const EXPECTED: readonly (readonly [Serving, string])[] = [
  [{ state: "nothing" }, C.digest],
  [{ state: "switching", to: { ...B, sizeBytes: 1 }, grantId: GRANT, fallback: A }, A.digest],
  [{ state: "probation", release: B, grantId: GRANT, fallback: A, crashes: 0 }, B.digest],
  [{ state: "probation", release: B, grantId: GRANT, fallback: A, crashes: 0 }, A.digest],
  [{ state: "reverting", bad: B, fallback: A, failure: { cause: "exit", message: "it" } }, B.digest],
  [{ state: "reverting", bad: B, fallback: A, failure: { cause: "exit", message: "it" } }, A.digest],
  [{ state: "healthy", release: A }, A.digest],
];

describe("the agent's own journal, laid beside the version that runs", () => {
  it.each(EXPECTED)("is left alone while %o and that version is one of those it is about", (serving, digest) => {
    const journal = journalWith(serving);
    expect(reconcileJournal(journal, digest)).toBe(journal);
  });

  it("believes a person who installed an earlier version by hand", () => {
    const { serving, installed } = reconcileJournal(journalWith({ state: "healthy", release: B }), A.digest);
    expect(serving).toEqual({ state: "healthy", release: A });
    expect(installed).toHaveLength(2);
  });

  it.each([
    { state: "healthy", release: B },
    { state: "probation", release: B, grantId: GRANT, fallback: A, crashes: 0 },
    { state: "reverting", bad: B, fallback: A, failure: { cause: "exit", message: "it" } },
  ] satisfies readonly Serving[])("begins anew from $state when a person installed a version that it does not know", (serving) => {
    const next = reconcileJournal(journalWith(serving), C.digest);
    expect(next.serving).toEqual({ state: "nothing" });
    expect(next.installed).toEqual([]);
    expect(next.legacy).toBeUndefined();
  });
});
