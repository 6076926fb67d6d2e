import { describe, expect, it } from "vitest";
import type { ReleaseDelta } from "#shared/domain/release/delta.ts";
import { applyingMemoryBytes } from "#main/agent/bytes/applying-memory.ts";
import { chooseWayToBytes, type WayFacts } from "#main/agent/bytes/choose-way-to-bytes.ts";

const MEBIBYTE = 2 ** 20;
const FULL_BYTES = 100 * MEBIBYTE;

/** Version `n` as a file: its digest says which one it is. */
const sha = (version: number): string => version.toString(16).padStart(64, "0");
const file = (version: number) => ({ sha256: sha(version), sizeBytes: FULL_BYTES });

function delta(from: number, to: number, sizeBytes: number, codec: ReleaseDelta["codec"] = "matches"): ReleaseDelta {
  return {
    from: { version: `${from}.0.0`, ...file(from) },
    codec,
    sizeBytes,
    sha256: `${from.toString(16).padStart(32, "f")}${sha(to).slice(32)}`,
  };
}

/** Facts about the way to version 9, which differ in `change`. */
function facts(change: Partial<WayFacts> & { readonly deltas?: readonly ReleaseDelta[] } = {}): WayFacts {
  const { deltas = [], ...rest } = change;
  return {
    target: file(9),
    arrivedBytes: 0,
    kept: new Set([sha(8)]),
    deltasTo: new Map([[sha(9), deltas]]),
    givenUp: new Set(),
    memoryBytes: 2 ** 40,
    ...rest,
  };
}

const near = delta(8, 9, 3 * MEBIBYTE);

describe("the way to the bytes of a release", () => {
  it("is no way at all where the host has them, whatever else is offered", () => {
    expect(chooseWayToBytes(facts({ kept: new Set([sha(9), sha(8)]), deltas: [near] }))).toEqual({ kind: "kept" });
  });

  it("is the smallest delta from any kept version", () => {
    const far = delta(5, 9, 2 * MEBIBYTE);
    const way = chooseWayToBytes(facts({ kept: new Set([sha(8), sha(5)]), deltas: [near, far] }));
    expect(way).toEqual({ kind: "deltas", hops: [{ delta: far, to: file(9) }] });
  });

  it("is the whole file when no release has deltas, when the host keeps nothing, or when a delta is not smaller than what is missing", () => {
    expect(chooseWayToBytes(facts())).toMatchObject({ kind: "full", why: "its release has no deltas" });
    expect(chooseWayToBytes(facts({ kept: new Set(), deltas: [near] }))).toMatchObject({ kind: "full" });
    expect(chooseWayToBytes(facts({ arrivedBytes: FULL_BYTES - near.sizeBytes, deltas: [near] }))).toMatchObject({ kind: "full" });
    expect(chooseWayToBytes(facts({ arrivedBytes: FULL_BYTES - near.sizeBytes - 1, deltas: [near] }))).toMatchObject({ kind: "deltas" });
  });

  it("is never a delta that did not lead here before", () => {
    const other = delta(7, 9, 5 * MEBIBYTE);
    const given = facts({ kept: new Set([sha(8), sha(7)]), deltas: [near, other], givenUp: new Set([near.sha256]) });
    expect(chooseWayToBytes(given)).toEqual({ kind: "deltas", hops: [{ delta: other, to: file(9) }] });
    expect(chooseWayToBytes({ ...given, givenUp: new Set([near.sha256, other.sha256]) })).toMatchObject({
      kind: "full",
      why: "the deltas that there are did not lead to it",
    });
  });

  it("is no delta that takes more memory than the host has to spare", () => {
    const hungry = delta(8, 9, MEBIBYTE, "dictionary");
    const needed = applyingMemoryBytes("dictionary", FULL_BYTES, FULL_BYTES);
    expect(needed).toBeGreaterThan(3 * FULL_BYTES);
    expect(chooseWayToBytes(facts({ deltas: [hungry], memoryBytes: needed - 1 }))).toMatchObject({ kind: "full" });
    expect(chooseWayToBytes(facts({ deltas: [hungry], memoryBytes: needed }))).toMatchObject({ kind: "deltas" });
    expect(chooseWayToBytes(facts({ deltas: [near], memoryBytes: needed / 3 }))).toMatchObject({ kind: "deltas" });
    expect(applyingMemoryBytes("matches", 1, 1)).toBe(applyingMemoryBytes("matches", FULL_BYTES, FULL_BYTES));
  });
});

describe("a chain of deltas", () => {
  it("is looked for release by release, the nearest first, until it reaches a kept version", () => {
    const deltasTo = new Map([[sha(9), [delta(7, 9, 4 * MEBIBYTE), near]]]);
    const asking = facts({ kept: new Set([sha(5)]), deltasTo });
    expect(chooseWayToBytes(asking)).toEqual({ kind: "ask", version: "8.0.0", file: { version: "8.0.0", ...file(8) } });
    deltasTo.set(sha(8), []);
    expect(chooseWayToBytes(asking)).toMatchObject({ kind: "ask", version: "7.0.0" });
    const [first, second] = [delta(5, 7, 6 * MEBIBYTE), delta(7, 9, 4 * MEBIBYTE)];
    deltasTo.set(sha(7), [first]);
    expect(chooseWayToBytes(asking)).toEqual({
      kind: "deltas",
      hops: [
        { delta: first, to: file(7) },
        { delta: second, to: file(9) },
      ],
    });
  });

  it("is not looked for while one delta will do", () => {
    const far = delta(5, 9, 50 * MEBIBYTE);
    const way = chooseWayToBytes(facts({ kept: new Set([sha(5)]), deltas: [near, far] }));
    expect(way).toEqual({ kind: "deltas", hops: [{ delta: far, to: file(9) }] });
  });

  it("is taken only while all of it is smaller than the whole file", () => {
    const deltasTo = new Map([
      [sha(9), [delta(8, 9, 60 * MEBIBYTE)]],
      [sha(8), [delta(7, 8, 40 * MEBIBYTE)]],
    ]);
    expect(chooseWayToBytes(facts({ kept: new Set([sha(7)]), deltasTo }))).toMatchObject({ kind: "full" });
    deltasTo.set(sha(8), [delta(7, 8, 40 * MEBIBYTE - 1)]);
    expect(chooseWayToBytes(facts({ kept: new Set([sha(7)]), deltasTo }))).toMatchObject({ kind: "deltas" });
  });

  it("has four hops at most, and a bounded number of releases is asked for", () => {
    const deltasTo = new Map<string, readonly ReleaseDelta[]>();
    for (let version = 9; version > 1; version -= 1) deltasTo.set(sha(version), [delta(version - 1, version, MEBIBYTE)]);
    expect(chooseWayToBytes(facts({ kept: new Set([sha(5)]), deltasTo }))).toMatchObject({ kind: "deltas", hops: { length: 4 } });
    expect(chooseWayToBytes(facts({ kept: new Set([sha(4)]), deltasTo }))).toMatchObject({ kind: "full" });

    const many = new Map([[sha(99), Array.from({ length: 16 }, (_, index) => delta(index + 10, 99, MEBIBYTE + index))]]);
    const wide = facts({ target: file(99), kept: new Set([sha(1)]), deltasTo: many });
    let asked = 0;
    for (let way = chooseWayToBytes(wide); way.kind === "ask"; way = chooseWayToBytes(wide)) {
      many.set(way.file.sha256, []);
      asked += 1;
    }
    expect(asked).toBe(8);
  });

  it("takes the smaller of two, and does not run in circles", () => {
    const deltasTo = new Map([
      [sha(9), [near, delta(7, 9, 2 * MEBIBYTE)]],
      [sha(8), [delta(6, 8, MEBIBYTE), delta(9, 8, 1)]],
      [sha(7), [delta(6, 7, 3 * MEBIBYTE), delta(8, 7, 1)]],
    ]);
    const way = chooseWayToBytes(facts({ kept: new Set([sha(6)]), deltasTo }));
    expect(way).toMatchObject({ kind: "deltas", hops: [{ to: file(8) }, { to: file(9) }] });
  });
});
