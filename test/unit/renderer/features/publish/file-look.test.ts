import { describe, expect, it } from "vitest";
import { AppError } from "#shared/errors/app-error.ts";
import { fileLook, summarizeFiles, totalProgress } from "#renderer/features/publish/file-look.ts";
import { aFile, aReadyFile } from "./draft-files.ts";

const samples = [
  { at: 0, bytes: 0 },
  { at: 1000, bytes: 200 },
];
const failed = { phase: "failed", error: new AppError("ARTIFACT_EMPTY", "It is empty.") } as const;

describe("a file on its way", () => {
  it("tells bytes, pace and what comes next while it is sent", () => {
    const look = fileLook(aFile("a", { state: { phase: "sending", doneBytes: 200 }, samples }));
    expect(look).toMatchObject({
      status: "progressing",
      words: "Uploading 200 B of 1.0 kB",
      fraction: 0.2,
      pace: "200 B a second · 4 s left",
    });
    expect(look.steps.map((step) => [step.name, step.status])).toEqual([
      ["Hash", "healthy"],
      ["Upload", "progressing"],
      ["Verify", "unknown"],
    ]);
  });

  it("has no pace while it is paused", () => {
    expect(fileLook(aFile("a", { state: { phase: "paused", doneBytes: 200 }, samples }))).toMatchObject({
      status: "paused",
      words: "Paused at 200 B of 1.0 kB",
      pace: undefined,
    });
  });

  it("says when nothing had to be sent", () => {
    const { state } = aReadyFile("a");
    expect(fileLook(aReadyFile("a")).words).toBe("Ready");
    expect(fileLook(aFile("a", { state: { ...state, duplicate: true } as typeof state })).words).toBe(
      "Ready: these bytes were stored already",
    );
  });

  it.each([
    ["waiting", { phase: "waiting" }, "unknown"],
    ["hashing", { phase: "hashing", doneBytes: 1 }, "progressing"],
    ["copying", { phase: "copying", doneBytes: 1 }, "progressing"],
    ["verifying", { phase: "verifying" }, "progressing"],
    ["failed", failed, "failed"],
  ] as const)("has a status while it is %s", (_, state, status) => {
    expect(fileLook(aFile("a", { state })).status).toBe(status);
  });

  it("shows no bar before its size is known", () => {
    expect(fileLook(aFile("a", { sizeBytes: undefined, state: { phase: "copying", doneBytes: 5 } }))).toMatchObject({
      words: "Reading 5 B",
      fraction: undefined,
    });
  });
});

describe("all files together", () => {
  it("are one line", () => {
    expect(summarizeFiles([aReadyFile("a"), aFile("b"), aFile("c", { state: failed })])).toBe(
      "3 files, 3.0 kB · 1 ready, 1 under way, 1 failed",
    );
    expect(summarizeFiles([aFile("a", { state: { phase: "paused", doneBytes: 1 } })])).toBe("1 file, 1.0 kB · 1 paused");
  });

  it("are one share for the dock, which ends when nothing moves", () => {
    expect(totalProgress([aReadyFile("a"), aFile("b", { state: { phase: "hashing", doneBytes: 1000 } })])).toBe(0.75);
    expect(totalProgress([aFile("a", { state: { phase: "sending", doneBytes: 500 } })])).toBe(0.75);
    expect(totalProgress([aReadyFile("a"), aFile("b", { state: failed })])).toBeUndefined();
    expect(totalProgress([])).toBeUndefined();
  });
});
