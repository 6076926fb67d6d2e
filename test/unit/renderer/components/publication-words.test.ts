import { describe, expect, it } from "vitest";
import { bytesWords, fileSteps, phaseLooks, publicationLook } from "#renderer/components/publication/publication-words.ts";
import type { PublicationStep } from "#shared/domain/publication/publication.ts";

const step = (phase: PublicationStep["phase"], state: PublicationStep["state"], more: Partial<PublicationStep> = {}): PublicationStep => ({
  id: `${phase}:${state}`,
  phase,
  title: phase,
  state,
  doneBytes: 0,
  totalBytes: 0,
  needsSignature: false,
  attempts: 0,
  ...more,
});

describe("a publication", () => {
  it("shows its phases in order, as far as all of their steps are", () => {
    const steps = [step("check", "done"), step("upload", "done"), step("upload", "running"), step("finish", "pending")];
    expect(phaseLooks({ steps, state: "running", retryAt: undefined }).map((one) => [one.name, one.status])).toEqual([
      ["Look", "healthy"],
      ["Upload", "progressing"],
      ["Make visible", "unknown"],
    ]);
    expect(phaseLooks({ steps, state: "paused", retryAt: undefined })[1]?.status).toBe("paused");
    expect(phaseLooks({ steps: [step("upload", "pending", { attempts: 3 })], state: "failed", retryAt: undefined })[0]?.status).toBe(
      "failed",
    );
  });

  it("needs nobody while it will try again by itself", () => {
    expect(publicationLook({ state: "running", retryAt: 5 })).toEqual({ status: "paused", word: "Will try again" });
    expect(publicationLook({ state: "failed", retryAt: undefined }).status).toBe("failed");
  });

  it("tells bytes, pace and time left while it moves, and only the size when it is done", () => {
    const samples = [
      { at: 0, bytes: 0 },
      { at: 1000, bytes: 1_000_000 },
    ];
    expect(bytesWords({ doneBytes: 1_000_000, totalBytes: 3_000_000 }, samples)).toBe("1.0 MB of 3.0 MB · 1.0 MB a second · 2 s left");
    expect(bytesWords({ doneBytes: 3_000_000, totalBytes: 3_000_000 }, samples)).toBe("3.0 MB");
  });

  it("has a bar for each file that moves", () => {
    expect(
      fileSteps({ steps: [step("upload", "done", { totalBytes: 5 }), step("upload", "done"), step("verify", "done", { totalBytes: 5 })] }),
    ).toHaveLength(1);
  });
});
