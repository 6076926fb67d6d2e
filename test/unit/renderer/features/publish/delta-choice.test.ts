import { describe, expect, it } from "vitest";
import { deltaChoice } from "#renderer/features/publish/delta-choice.ts";
import type { DraftFile } from "#renderer/stores/publish-store.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";

const SETTINGS = { deltaBases: 3, deltaTimeLimitMs: 600_000, deltaMemoryBytes: 2_500_000_000 };
// Why the cast: only its version and its deltas count here.
const NEWEST = { version: "1.0.0", artifacts: [] as ReleaseRow["artifacts"] } as ReleaseRow;

const file = (over: Partial<DraftFile> = {}): DraftFile => ({
  key: "1",
  fileName: "web",
  sizeBytes: 126_000_000,
  source: { kind: "path", path: "/web" },
  state: { phase: "verifying" },
  samples: [],
  inspection: undefined,
  sha256: undefined,
  platforms: undefined,
  ...over,
});

type Tail = Parameters<typeof deltaChoice> extends [unknown, ...infer Rest] ? Rest : never;
const choose = (draft: Omit<Parameters<typeof deltaChoice>[0], "isUnpacked">, ...rest: Tail) =>
  deltaChoice({ isUnpacked: false, ...draft }, ...rest);

describe("the choice to make deltas", () => {
  it("is on for a server and off for a desktop, until a person says otherwise", () => {
    const isOn = (shell: "desktop" | "server", deltas?: boolean) => choose({ files: [file()], deltas }, NEWEST, shell, SETTINGS)?.isOn;
    expect([isOn("server"), isOn("desktop"), isOn("server", false), isOn("desktop", true)]).toEqual([true, false, false, true]);
  });

  it("says what it brings and what it costs, in memory and time", () => {
    expect(choose({ files: [file()], deltas: undefined }, NEWEST, "desktop", SETTINGS)?.words).toBe(
      "Hosts that run one of the last 3 releases then fetch about 6.3 MB instead of 126 MB (typically 2 to 5 %). " +
        "Making them takes up to 2.0 GB of this computer’s memory and about 5 m 2 s, never more than 10 m, at low priority.",
    );
    const long = choose({ files: [file()], deltas: undefined }, NEWEST, "server", { ...SETTINGS, deltaTimeLimitMs: 60_000 })?.words;
    expect(long).toContain("of this server’s memory and about 1 m, at low priority.");
  });

  it("goes by the deltas of the release before, where it has some", () => {
    const delta = { codec: "matches", sizeBytes: 20_000, sha256: "b".repeat(64) } as const;
    const from = { version: "0.9.0", sha256: "a".repeat(64), sizeBytes: 900_000 };
    // Why the cast: what else an artifact has is not looked at.
    const artifact = { sizeBytes: 1_000_000, deltas: [{ ...delta, from }] } as unknown as ReleaseRow["artifacts"][number];
    const words = choose({ files: [file()], deltas: true }, { ...NEWEST, artifacts: [artifact] }, "server", SETTINGS)?.words;
    expect(words).toContain("fetch about 2.5 MB instead of 126 MB (as those of 1.0.0 had).");
  });

  it("is none where there is nothing to start from, or none are made here", () => {
    expect(choose({ files: [file()], deltas: true }, undefined, "server", SETTINGS)).toBeUndefined();
    expect(choose({ files: [file()], deltas: true }, NEWEST, "server", { ...SETTINGS, deltaBases: 0 })).toBeUndefined();
  });

  it("cannot be made for packed and tiny files, and says what unpacking would bring", () => {
    const packed = file({ inspection: { format: "gzip", advice: [], isPacked: true } });
    expect(choose({ files: [packed], deltas: true }, NEWEST, "server", SETTINGS)).toMatchObject({
      isOn: false,
      isImpossible: true,
      words: expect.stringContaining("2 to 5 %"),
    });
    expect(choose({ files: [file({ sizeBytes: 1000 })], deltas: true }, NEWEST, "server", SETTINGS)?.words).toContain("too small");
  });

  it("can be made for archives that hosts unpack, and for no packed file that is none", () => {
    const isImpossible = (over: Partial<DraftFile>) =>
      deltaChoice({ files: [file(over)], deltas: true, isUnpacked: true }, NEWEST, "server", SETTINGS)?.isImpossible;
    expect(isImpossible({ inspection: { format: "gzip", advice: [], isPacked: true } })).toBe(false);
    expect(isImpossible({ inspection: { format: "elf", advice: [], isPacked: true } })).toBe(true);
  });
});
