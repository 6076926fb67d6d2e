import { describe, expect, it } from "vitest";
import {
  adoptedLook,
  adoptionLook,
  adoptionName,
  adoptionShare,
  adoptionWords,
  shareWords,
} from "#renderer/components/publication/adoption-words.ts";
import type { AdoptedRelease } from "#shared/domain/adoption/adoption.ts";

const release = (reference: string, change: Partial<AdoptedRelease> = {}): AdoptedRelease => ({
  reference,
  version: "1.0.0",
  state: "pending",
  files: [],
  doneBytes: 0,
  totalBytes: 0,
  attempts: 0,
  ...change,
});

describe("an adoption", () => {
  it("needs nobody while everything that is left is tried again by itself", () => {
    const [waits, runs] = [release("a", { retryAt: 9 }), release("b", { state: "running" })];
    expect(adoptionLook({ state: "running", releases: [waits] }).word).toBe("Will try again");
    expect(adoptionLook({ state: "running", releases: [waits, runs] }).word).toBe("Bringing in");
    expect(adoptionLook({ state: "failed", releases: [release("a", { state: "failed" })] }).status).toBe("failed");
  });

  it("is called by its releases, and by how many more there are", () => {
    const names = (...all: readonly string[]) => adoptionName({ releases: all.map((one) => release(one)) });
    expect([names("1.0.0"), names("1.0.0", "0.9.0"), names("1.0.0", "0.9.0", "0.8.0")]).toEqual([
      "1.0.0",
      "1.0.0 and 0.9.0",
      "1.0.0 and 2 more",
    ]);
  });

  it("says in a line how it ended, what it waits for, or how far it is", () => {
    const error = { code: "REMOTE_UNREACHABLE", message: "It does not answer." };
    const words = (message: string, totalBytes: number, change: Partial<AdoptedRelease> = {}) =>
      adoptionWords({ releases: [release("a", change)], message, doneBytes: 0, totalBytes });
    expect(words("Paused by ana.", 9, { error })).toBe("Paused by ana.");
    expect(words("", 9, { error })).toBe("It does not answer. It is tried again by itself.");
    expect(words("", 0)).toBe("Looks at what the store has.");
    expect(words("", 9)).toBe("0 B of 9 B");
  });

  it("counts each release the same, since the size of the later ones is not known yet", () => {
    const [half, later] = [release("a", { state: "running", doneBytes: 2, totalBytes: 4 }), release("b")];
    const [one, two] = [
      { releases: [half], doneBytes: 2, totalBytes: 4 },
      { releases: [half, later], doneBytes: 2, totalBytes: 4 },
    ];
    expect([adoptionShare(one), adoptionShare(two)]).toEqual([0.5, 0.25]);
    expect(shareWords(one, [])).toBe("2 B of 4 B");
    expect(shareWords({ ...two, releases: [half, release("b", { state: "done" })] }, [])).toBe("1 of 2 drafts made");
  });

  it("shows of each release what it is at, which a pause and an end change", () => {
    const look = (change: Partial<AdoptedRelease>, state: Parameters<typeof adoptedLook>[1]) =>
      adoptedLook(release("a", change), state).word;
    expect(look({ state: "done" }, "cancelled")).toBe("Draft made");
    expect(look({ state: "failed" }, "running")).toBe("Not adopted");
    expect(look({ state: "pending" }, "cancelled")).toBe("Not adopted");
    expect(look({ state: "pending" }, "paused")).toBe("Paused");
    expect(look({ state: "pending", retryAt: 9 }, "running")).toBe("Will try again");
    expect(look({ state: "running" }, "running")).toBe("Fetching");
    expect(look({ state: "pending" }, "running")).toBe("To do");
  });
});
