import { describe, expect, it } from "vitest";
import { type ReleaseMark, readReleaseMark, readReleaseNotes, writeReleaseText } from "#main/adapters/github-releases/release-note.ts";
import { applicationId } from "#shared/lib/ids.ts";

const mark: ReleaseMark = {
  product: "com.example.web",
  application: applicationId.parse("7c0e9e5a-7a51-4d0e-9d5b-9d1f6f7f0a01"),
  manifest: "ab".repeat(32),
};

describe("the text of a release", () => {
  it("carries notes for people and a mark for us, and gives both back", () => {
    const text = writeReleaseText("Faster.\n\n- and smaller", mark);
    expect(text).toMatch(/^Faster\.\n\n- and smaller\n\n<!-- rollcall-release /);
    expect(readReleaseMark(text)).toEqual(mark);
    expect(readReleaseNotes(text)).toBe("Faster.\n\n- and smaller");
    expect(readReleaseNotes(writeReleaseText("", mark))).toBe("");
  });

  it("believes its own mark, not one that the notes quote", () => {
    const quoted = writeReleaseText("", { ...mark, manifest: "cd".repeat(32) });
    expect(readReleaseMark(writeReleaseText(quoted, mark))).toEqual(mark);
  });

  it("stays below what GitHub takes, and keeps the mark", () => {
    const text = writeReleaseText("n".repeat(200_000), { ...mark, withdrawn: true });
    expect(text.length).toBeLessThan(125_000);
    expect(readReleaseMark(text)).toEqual({ ...mark, withdrawn: true });
  });

  it.each([null, "", "plain", "<!-- rollcall-release {} -->", "<!-- rollcall-release {not json} -->"])(
    "has no mark when it is %o",
    (text) => {
      expect(readReleaseMark(text)).toBeUndefined();
    },
  );
});
