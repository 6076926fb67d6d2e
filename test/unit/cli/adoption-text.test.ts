import { describe, expect, it } from "vitest";
import { adoptionLines, adoptionMark, adoptionProgress, lookAgain } from "#main/cli/adoption-text.ts";
import { adoption, type AdoptedRelease } from "#shared/domain/adoption/adoption.ts";

const ID = "00000000-0000-4000-8000-000000000001";

const release = (version: string, change: Partial<AdoptedRelease> = {}) => ({
  reference: `v${version}`,
  version,
  state: "pending" as const,
  files: [],
  doneBytes: 0,
  totalBytes: 0,
  attempts: 0,
  ...change,
});

const whole = (...releases: readonly ReturnType<typeof release>[]) =>
  adoption.parse({
    id: ID,
    applicationId: ID,
    storeId: ID,
    state: "running",
    releases,
    doneBytes: 0,
    totalBytes: 0,
    message: "",
    startedAt: 0,
    startedBy: "user:ana",
    revision: 0,
  });

const fetching = (doneBytes: number) => release("1.0.0", { state: "running", doneBytes, totalBytes: 4_000_000 });
const away = { state: "pending", retryAt: 9, error: { code: "REMOTE_UNREACHABLE", message: "It does not answer." } } as const;

describe("an adoption in a terminal", () => {
  it("says which release it is at, and how far", () => {
    expect(adoptionProgress(whole(release("1.0.0")))).toBe("fetching v1.0.0");
    expect(adoptionProgress(whole(fetching(1_000_000)))).toBe("fetching v1.0.0, 1.0 MB of 4.0 MB");
    expect(adoptionProgress(whole(release("0.9.0", { state: "done" }), fetching(0)))).toBe("fetching v1.0.0, 0 B of 4.0 MB, 1 of 2 done");
  });

  it("says what it waits for, and that nobody has to do anything", () => {
    expect(adoptionProgress(whole(release("1.0.0", away)))).toBe("waiting for v1.0.0 (It does not answer. It is tried again by itself.)");
  });

  it("gets a new line in a log by quarters, and when its size or a trouble becomes known", () => {
    const marks = [release("1.0.0"), fetching(1), fetching(900_000), fetching(1_000_000), release("1.0.0", away)].map((one) =>
      adoptionMark(whole(one)),
    );
    expect(marks[1]).toBe(marks[2]);
    expect(new Set(marks).size).toBe(4);
  });

  it("is a table with what stands in the way of each release, and names the way back", () => {
    const lines = adoptionLines(whole(release("0.9.0", { state: "done" }), release("1.0.0", away)));
    expect(lines.join("\n")).toMatch(/v0\.9\.0 +0\.9\.0 +draft made[\s\S]*v1\.0\.0 +1\.0\.0 +tried again +- +It does not answer\./);
    expect(lookAgain({ id: whole(release("1.0.0")).id })).toBe(`rollcall adoption show ${ID} --watch`);
  });
});
