import { describe, expect, it } from "vitest";
import { progressLine } from "#main/launcher/download-progress.ts";

describe("the line of a download", () => {
  it("shows bar, share and bytes", () => {
    expect(progressLine("Fetching", { receivedBytes: 50_000_000, totalBytes: 100_000_000 })).toBe(
      "Fetching  ████████████░░░░░░░░░░░░  50 %  50.0 MB of 100 MB",
    );
    expect(progressLine("Fetching", { receivedBytes: 0, totalBytes: 10 })).toContain("░░░  0 %");
    expect(progressLine("Fetching", { receivedBytes: 10, totalBytes: 10 })).toContain("███  100 %");
  });

  it("shows bytes alone when the length is not known", () => {
    expect(progressLine("Fetching", { receivedBytes: 1500 })).toBe("Fetching  1.5 kB");
  });
});
