import { describe, expect, it } from "vitest";
import { chooseVersion } from "#main/agent/standalone/choose-version.ts";
import type { SourceOffer } from "#main/agent/standalone/release-source.ts";

function anIndex(versions: readonly string[], channels: Record<string, string> = {}): SourceOffer {
  return { versions: versions.map((version) => ({ version })), channels };
}

const LATEST = { follow: "latest", prereleases: false } as const;
const SHELF = anIndex(["1.9.0", "1.10.0", "2.0.0-rc.1", "0.9.0"], { stable: "1.9.0", gone: "3.0.0" });

describe("what a stand-alone host goes to", () => {
  it("is the highest version as versions go, not as words or dates do", () => {
    expect(chooseVersion(SHELF, LATEST, undefined)).toEqual({ version: "1.10.0" });
    expect(chooseVersion(SHELF, LATEST, "1.10.0")).toEqual({ version: "1.10.0" });
  });

  it("is a pre-release only where it may be", () => {
    expect(chooseVersion(SHELF, { ...LATEST, prereleases: true }, "1.10.0")).toEqual({ version: "2.0.0-rc.1" });
    // What the source calls one is one, whatever its version looks like.
    const said = { versions: [{ version: "1.0.0" }, { version: "1.1.0", isPrerelease: true }], channels: {} };
    expect(chooseVersion(said, LATEST, undefined)).toEqual({ version: "1.0.0" });
    expect(chooseVersion(said, { ...LATEST, prereleases: true }, undefined)).toEqual({ version: "1.1.0" });
  });

  it("is what the channel says, and never lower than what serves", () => {
    const stable = { follow: { channel: "stable" }, prereleases: false };
    expect(chooseVersion(SHELF, stable, "0.9.0")).toEqual({ version: "1.9.0" });
    expect(chooseVersion(SHELF, stable, "1.10.0")).toEqual({ none: "the source offers 1.9.0, which is older than 1.10.0 that serves" });
    expect(chooseVersion(anIndex(["1.0.0"]), LATEST, "1.1.0")).toHaveProperty("none");
  });

  it("is nothing where there is nothing, or where the application chooses", () => {
    expect(chooseVersion(anIndex([]), LATEST, undefined)).toEqual({ none: "the source has no version yet" });
    expect(chooseVersion(SHELF, { follow: { channel: "beta" }, prereleases: false }, undefined)).toEqual({
      none: "the source has no channel beta",
    });
    expect(chooseVersion(SHELF, { follow: { channel: "gone" }, prereleases: false }, undefined)).toHaveProperty("none");
    expect(chooseVersion(SHELF, { follow: "manual", prereleases: false }, undefined)).toHaveProperty("none");
  });
});
