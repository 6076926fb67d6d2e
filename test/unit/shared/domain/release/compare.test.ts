import { describe, expect, it } from "vitest";
import { compareEntries } from "#shared/domain/artifact/compare-entries.ts";
import type { FileFacts } from "#shared/domain/artifact/file-facts.ts";
import { commandLineOf } from "#shared/domain/release/command-line.ts";
import { compareFiles, type KnownFile } from "#shared/domain/release/compare-files.ts";
import { compareRunSpecs } from "#shared/domain/release/compare-run-specs.ts";
import { releaseComparison } from "#shared/domain/release/comparison.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

const NOTHING: FileFacts = { kind: undefined, interpreter: undefined, libraries: undefined, listing: undefined };
const file = (platform: string, more: Partial<KnownFile> = {}): KnownFile => ({
  platform,
  fileName: "web",
  sizeBytes: 10,
  sha256: "a".repeat(64),
  facts: NOTHING,
  ...more,
});

describe("files of two releases", () => {
  it("are paired by platform, those that came or went last", () => {
    const found = compareFiles(
      [file("linux/amd64"), file("linux/arm64")],
      [file("windows/amd64"), file("linux/amd64", { sha256: "b".repeat(64), sizeBytes: 12 })],
    );
    expect(found.map((one) => [one.before?.platform, one.after?.platform, one.isSame])).toEqual([
      ["linux/amd64", "linux/amd64", false],
      [undefined, "windows/amd64", false],
      ["linux/arm64", undefined, false],
    ]);
    expect(releaseComparison.safeParse({ files: found, runSpec: [] }).success).toBe(true);
  });

  it("are paired across libcs when one of them runs wherever the other ran", () => {
    const [only] = compareFiles([file("linux/amd64+gnu")], [file("linux/amd64")]);
    expect([only?.before?.platform, only?.after?.platform, only?.isSame]).toEqual(["linux/amd64+gnu", "linux/amd64", true]);
  });

  it("tell which libraries came and went, but only when both sides could be read", () => {
    const before = file("linux/amd64", { facts: { ...NOTHING, libraries: ["libc.so.6", "libssl.so.1.1"] } });
    const after = file("linux/amd64", { sha256: "b".repeat(64), facts: { ...NOTHING, libraries: ["libc.so.6", "libssl.so.3"] } });
    expect(compareFiles([before], [after])[0]).toMatchObject({ librariesAdded: ["libssl.so.3"], librariesRemoved: ["libssl.so.1.1"] });
    const gone = compareFiles([{ ...before, facts: undefined }], [after])[0];
    expect(gone).toMatchObject({ librariesAdded: [], librariesRemoved: [], before: { isRead: false } });
  });
});

describe("archives", () => {
  it("differ by entries, sizes and permissions", () => {
    const entry = (path: string, sizeBytes: number, mode?: number) => ({
      path,
      kind: "file" as const,
      sizeBytes,
      ...(mode === undefined ? {} : { mode }),
    });
    const before = { isWhole: true, entries: [entry("bin/web", 5, 0o755), entry("README", 3), entry("gone", 1)] };
    const after = { isWhole: true, entries: [entry("bin/web", 5, 0o644), entry("README", 3), entry("new", 2)] };
    expect(compareEntries(before, after)).toEqual({
      changes: [
        { path: "bin/web", before: { kind: "file", sizeBytes: 5, mode: 0o755 }, after: { kind: "file", sizeBytes: 5, mode: 0o644 } },
        { path: "gone", before: { kind: "file", sizeBytes: 1 } },
        { path: "new", after: { kind: "file", sizeBytes: 2 } },
      ],
      added: 1,
      removed: 1,
      changed: 1,
      same: 1,
      isWhole: true,
    });
  });
});

describe("run specs", () => {
  it("differ field by field, with each variable and each part of the probe by itself", () => {
    const probe = { kind: "http", url: "http://127.0.0.1:80/" };
    const before = runSpec.parse({ arguments: ["--port", "80"], environment: { A: "1", B: "2" }, probe });
    const after = runSpec.parse({
      arguments: ["--port", "81"],
      environment: { A: "1", C: "3" },
      probe: { ...probe, expectStatus: 204 },
      stopDeadlineMs: 5000,
    });
    expect(compareRunSpecs(before, after)).toEqual([
      { field: "arguments", before: '["--port","80"]', after: '["--port","81"]' },
      { field: "environment.B", before: "2" },
      { field: "probe.expectStatus", before: "200", after: "204" },
      { field: "stopDeadlineMs", before: "10000", after: "5000" },
      { field: "environment.C", after: "3" },
    ]);
    expect(compareRunSpecs(before, before)).toEqual([]);
  });

  it("become the command line that a host starts", () => {
    expect(commandLineOf(runSpec.parse({}), "/slots/web")).toEqual({ command: "/slots/web", args: [] });
    expect(commandLineOf(runSpec.parse({ command: "/usr/bin/java", arguments: ["-jar", "{artifact}", "a{artifact}b"] }), "/s")).toEqual({
      command: "/usr/bin/java",
      args: ["-jar", "/s", "a/sb"],
    });
  });
});
