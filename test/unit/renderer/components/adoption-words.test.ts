import { describe, expect, it } from "vitest";
import { adoptedLook, adoptionLook, adoptionName } from "#renderer/components/publication/adoption-words.ts";
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
