import { describe, expect, it } from "vitest";
import {
  differencesSummary,
  entryWords,
  fileRows,
  runSpecRow,
  sizeWords,
  type FileDifference,
} from "#renderer/components/difference-words.ts";

const side = (sizeBytes: number, more: object = {}) => ({ platform: "linux/amd64", fileName: "web", sizeBytes, isRead: true, ...more });
const pair = (before: number | undefined, after: number | undefined, more: Partial<FileDifference> = {}): FileDifference => ({
  ...(before === undefined ? {} : { before: side(before) }),
  ...(after === undefined ? {} : { after: side(after) }),
  isSame: false,
  librariesAdded: [],
  librariesRemoved: [],
  ...more,
});

describe("the difference between two releases", () => {
  it("is told by size first, and says what it means that a platform is gone", () => {
    expect(sizeWords(pair(1000, 3000))).toBe("2.0 kB larger");
    expect(sizeWords(pair(3000, 1000))).toBe("2.0 kB smaller");
    expect(sizeWords(pair(1000, 1000))).toBe("as large, other bytes");
    expect(sizeWords(pair(1000, 1000, { isSame: true }))).toBe("the same bytes");
    expect(sizeWords(pair(undefined, 1))).toBe("new");
    expect(sizeWords(pair(1, undefined))).toContain("gone");
  });

  it("fits on one line", () => {
    const differences = { files: [pair(1000, 3000, { librariesAdded: ["libssl.so.3"] })], runSpec: [{ field: "command", after: "x" }] };
    expect(differencesSummary(differences)).toBe("linux/amd64 2.0 kB larger, 1 library differs · run spec: 1 change");
    expect(differencesSummary({ files: [], runSpec: [] })).toBe("run spec unchanged");
  });

  it("marks the lines that differ, and leaves out what nobody knows", () => {
    const file = pair(1000, 2000, { librariesAdded: ["b"], librariesRemoved: ["a"] });
    const rows = fileRows({ ...file, before: side(1000, { libraries: ["a"] }), after: side(2000, { libraries: ["b"] }) });
    expect(rows.map((row) => [row.name, row.isChanged])).toEqual([
      ["File", false],
      ["Size", true],
      ["Libraries", true],
    ]);
  });

  it("says fields, durations and permissions as people do", () => {
    expect(runSpecRow({ field: "stopDeadlineMs", before: "10000", after: "5000" })).toMatchObject({
      name: "Stops within",
      before: "10 s",
      after: "5 s",
    });
    expect(runSpecRow({ field: "environment.PORT", after: "80" })).toMatchObject({ name: "$PORT", before: "", after: "80" });
    expect(runSpecRow({ field: "arguments", before: '["--a","b"]' }).before).toBe('"--a" "b"');
    expect(entryWords({ kind: "file", sizeBytes: 5, mode: 0o755 })).toBe("5 B, 755");
  });
});
