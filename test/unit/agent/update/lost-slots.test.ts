import { describe, expect, it } from "vitest";
import { toRunningRelease } from "#main/agent/update/release-identity.ts";
import { loseFallback, loseServing } from "#main/agent/update/transitions.ts";
import { A_FAILURE, aGrant, aJournal, aTarget } from "./journal-builder.ts";

const [one, two, three] = [aTarget("1.0.0"), aTarget("2.0.0"), aTarget("3.0.0")].map(toRunningRelease) as [
  ReturnType<typeof toRunningRelease>,
  ReturnType<typeof toRunningRelease>,
  ReturnType<typeof toRunningRelease>,
];
const installed = [one, two, three].map((release, usedAt) => ({ ...release, proven: true, usedAt }));

describe("a version whose files are lost", () => {
  it("gives its place to the last one that was well, is forgotten, and is not kept out", () => {
    const next = loseServing(aJournal({ installed, serving: { state: "healthy", release: three } }), A_FAILURE, 5);
    expect(next).toMatchObject({
      serving: { state: "healthy", release: two },
      quarantine: [],
      outcome: { phase: "failed", release: three },
    });
    expect(next.installed.map(({ version }) => version)).toEqual(["1.0.0", "2.0.0"]);
  });

  it("leaves nothing when it was the only one, rather than what nobody verified", () => {
    const next = loseServing(aJournal({ installed: installed.slice(2), serving: { state: "healthy", release: three } }), A_FAILURE, 5);
    expect(next).toMatchObject({ serving: { state: "nothing" }, installed: [] });
  });

  it("is passed over on the way back, where quarantined ones are no way either", () => {
    const serving = { state: "reverting", bad: three, grantId: aGrant(), fallback: two, failure: A_FAILURE } as const;
    expect(loseFallback(aJournal({ installed, serving }))).toMatchObject({ serving: { fallback: one } });
    const quarantine = [{ releaseId: one.releaseId, digest: one.digest, reason: "bad", at: 1 }];
    expect(loseFallback(aJournal({ installed, serving, quarantine })).serving).not.toHaveProperty("fallback");
  });
});
