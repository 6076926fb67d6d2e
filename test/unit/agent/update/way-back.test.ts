import { describe, expect, it } from "vitest";
import { releaseId } from "#shared/lib/ids.ts";
import { chooseWayBack } from "#main/agent/update/way-back.ts";

const release = (version: string) => ({
  releaseId: releaseId.parse(`00000000-0000-4000-8000-${version.replaceAll(".", "").padStart(12, "0")}`),
  version,
  digest: version.padEnd(64, "0"),
});
const installed = (version: string, usedAt: number, proven = true) => ({ ...release(version), usedAt, proven });
const BAD = release("1.5.0");

describe("the way back from a bad version", () => {
  it("is the last good one, whatever was signed below it", () => {
    const journal = { installed: [installed("1.4.0", 1)], quarantine: [] };
    expect(chooseWayBack(journal, release("1.4.0"), BAD, "1.4.0")).toEqual({ release: release("1.4.0"), isBelowMinimum: false });
  });

  it("is another proven version at or above the minimum when the last good one lies below", () => {
    const journal = {
      installed: [installed("1.3.0", 9), installed("1.4.1", 2), installed("1.4.2", 5, false), installed("1.4.0", 3), installed("1.5.0", 8)],
      quarantine: [],
    };
    expect(chooseWayBack(journal, release("1.3.0"), BAD, "1.4.0").release).toEqual(release("1.4.0"));
  });

  it("passes over what this host has in quarantine", () => {
    const quarantine = [{ ...release("1.4.0"), reason: "", at: 0 }];
    const journal = { installed: [installed("1.4.1", 2), installed("1.4.0", 3)], quarantine };
    expect(chooseWayBack(journal, release("1.3.0"), BAD, "1.4.0").release).toEqual(release("1.4.1"));
  });

  it("goes below the minimum only when nothing else can serve, and says so", () => {
    const journal = { installed: [installed("1.3.0", 9), installed("1.5.0", 8)], quarantine: [] };
    expect(chooseWayBack(journal, release("1.3.0"), BAD, "1.4.0")).toEqual({ release: release("1.3.0"), isBelowMinimum: true });
  });

  it("is none for a first install", () => {
    expect(chooseWayBack({ installed: [], quarantine: [] }, undefined, BAD, "1.4.0")).toEqual({
      release: undefined,
      isBelowMinimum: false,
    });
  });
});
