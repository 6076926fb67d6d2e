import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WaveSelector } from "#shared/domain/rollout/rollout.ts";
import { chooseWaveMembers, rolloutOrder, type WaveCandidate } from "#shared/domain/rollout/wave-members.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { aHostId, aSubscriptionId } from "#test/builders/rollout-facts.ts";

const candidate = (number: number, exclusion?: string): WaveCandidate => ({
  hostId: aHostId(number),
  parts: [{ subscriptionId: aSubscriptionId(0), exclusion }],
});
const fleet = (size: number): WaveCandidate[] => Array.from({ length: size }, (_, number) => candidate(number));
const percent = (share: number): WaveSelector => ({ kind: "percent", percent: share });
const ALL: WaveSelector = { kind: "all" };

/** Plays waves of one group one after the other and answers the members of each. */
function play(selectors: readonly WaveSelector[], candidates: readonly WaveCandidate[], salt = "salt"): readonly (readonly HostId[])[] {
  const taken = new Set<HostId>();
  return selectors.map((selector) => {
    const rows = chooseWaveMembers({ salt, selector, candidates, taken }).filter((row) => row.state === "waiting");
    for (const row of rows) taken.add(row.hostId);
    return rows.map((row) => row.hostId);
  });
}

describe("members of a wave", () => {
  it("bring a group step by step to the percentage of each wave", () => {
    expect(play([percent(10), percent(50), percent(100)], fleet(20)).map((wave) => wave.length)).toEqual([2, 8, 10]);
  });

  it("take at least one host of a small group for any percentage", () => {
    expect(play([percent(1)], fleet(3)).map((wave) => wave.length)).toEqual([1]);
  });

  it("take so many more for a count, and the rest for all", () => {
    expect(play([{ kind: "count", count: 3 }, { kind: "count", count: 3 }, ALL], fleet(10)).map((wave) => wave.length)).toEqual([3, 3, 4]);
  });

  it("are other hosts under another salt", () => {
    const orders = ["a", "b", "c", "d"].map((salt) =>
      rolloutOrder(
        fleet(50).map((one) => one.hostId),
        salt,
      ).join(),
    );
    expect(new Set(orders).size).toBe(4);
  });

  it("name every excluded host with its reason and count it nowhere", () => {
    const candidates = [...fleet(4), candidate(10, "pinned to 1.4.2"), candidate(11, "no artifact for linux/arm64")];
    const rows = chooseWaveMembers({ salt: "salt", selector: percent(50), candidates, taken: new Set() });
    expect(rows.filter((row) => row.state === "waiting")).toHaveLength(2);
    expect(rows.filter((row) => row.state === "excluded").map((row) => row.reason)).toEqual([
      "pinned to 1.4.2",
      "no artifact for linux/arm64",
    ]);
  });

  it("take a host whose one application can come although its other one cannot", () => {
    const parts = [
      { subscriptionId: aSubscriptionId(0), exclusion: undefined },
      { subscriptionId: aSubscriptionId(1), exclusion: "pinned to 2.0.0" },
    ];
    const rows = chooseWaveMembers({ salt: "salt", selector: ALL, candidates: [{ hostId: aHostId(1), parts }], taken: new Set() });
    expect(rows.map((row) => row.state)).toEqual(["waiting", "excluded"]);
  });

  it("are the same whatever the order in which hosts are listed, never the same host twice, and all in the end", () => {
    const selector = fc.oneof(
      fc.integer({ min: 1, max: 100 }).map(percent),
      fc.integer({ min: 1, max: 30 }).map((count): WaveSelector => ({ kind: "count", count })),
    );
    const group = fc.uniqueArray(fc.record({ number: fc.integer({ min: 0, max: 5000 }), out: fc.boolean() }), {
      maxLength: 60,
      selector: (one) => one.number,
    });
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 5 }), group, fc.string(), fc.func(fc.integer()), (selectors, hosts, salt, key) => {
        const candidates = hosts.map((one) => candidate(one.number, one.out ? "pinned" : undefined));
        const shuffled = candidates.toSorted((left, right) => key(left.hostId) - key(right.hostId));
        const waves = play([...selectors, ALL], candidates, salt);
        expect(play([...selectors, ALL], shuffled, salt).map((wave) => wave.toSorted())).toEqual(waves.map((wave) => wave.toSorted()));
        const reached = waves.flat();
        expect(new Set(reached).size).toBe(reached.length);
        expect(reached.length).toBe(hosts.filter((one) => !one.out).length);
      }),
    );
  });

  it("reach exactly the rounded-up share of any group with each percentage", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 200 }),
        (shares, size) => {
          const rising = shares.toSorted((left, right) => left - right);
          const waves = play(rising.map(percent), fleet(size));
          for (const [index, share] of rising.entries())
            expect(waves.slice(0, index + 1).flat().length).toBe(Math.ceil((share * size) / 100));
        },
      ),
    );
  });
});
