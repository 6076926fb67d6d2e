import { describe, expect, it } from "vitest";
import { coversWholeGroup } from "#shared/domain/rollout/wave-coverage.ts";
import { waveExclusion, type ExclusionFacts } from "#shared/domain/rollout/wave-exclusion.ts";
import { aRelease, digestOf } from "#test/builders/rollout-facts.ts";

const facts = (change: Partial<ExclusionFacts>): ExclusionFacts => ({
  state: "active",
  platform: "linux/amd64",
  pinnedVersion: undefined,
  currentVersion: "1.1.0",
  currentDigest: digestOf(1),
  quarantinedDigests: [],
  minimumVersion: undefined,
  guardDowngrade: true,
  release: aRelease(2),
  ...change,
});

describe("hosts that take no part in a wave", () => {
  it.each<readonly [string | undefined, Partial<ExclusionFacts>]>([
    [undefined, {}],
    ["revoked", { state: "revoked" }],
    ["waits for approval", { state: "pending" }],
    ["pinned to 1.0.0", { pinnedVersion: "1.0.0" }],
    ["no artifact for linux/arm64", { platform: "linux/arm64", release: { ...aRelease(2), artifact: undefined } }],
    ["never connected, so its platform is unknown", { platform: undefined, release: { ...aRelease(2), artifact: undefined } }],
    ["1.2.0 is quarantined there", { quarantinedDigests: [digestOf(2)] }],
    ["1.2.0 is below the minimum version 1.3.0", { minimumVersion: "1.3.0" }],
    ["runs 1.3.0 already, which is newer", { currentVersion: "1.3.0", currentDigest: digestOf(3) }],
    [undefined, { currentVersion: "1.3.0", currentDigest: digestOf(3), guardDowngrade: false }],
    [undefined, { currentVersion: "1.2.0", currentDigest: digestOf(2), quarantinedDigests: [digestOf(2)] }],
  ])("are told: %s", (reason, change) => {
    expect(waveExclusion(facts(change))).toBe(reason);
  });
});

describe("hosts that join late", () => {
  const ten = { kind: "percent", percent: 10 } as const;
  const all = { kind: "all" } as const;
  it.each([
    [true, [{ selector: all, state: "open" }]],
    [
      true,
      [
        { selector: ten, state: "passed" },
        { selector: { kind: "percent", percent: 100 }, state: "tripped" },
      ],
    ],
    [
      false,
      [
        { selector: ten, state: "passed" },
        { selector: all, state: "pending" },
      ],
    ],
    [false, [{ selector: ten, state: "passed" }]],
    [false, [{ selector: { kind: "count", count: 500 }, state: "passed" }]],
    [false, []],
  ] as const)("are served: %s, by waves %j", (served, waves) => {
    expect(coversWholeGroup(waves)).toBe(served);
  });
});
