import { describe, expect, it } from "vitest";
import { platform } from "#shared/domain/artifact/platform.ts";
import { toHostPlatform, type MachineTraits } from "#main/agent/host/host-platform.ts";

describe("the platform of a host", () => {
  it.each<readonly [Partial<MachineTraits>, string]>([
    [{}, "linux/amd64"],
    [{ isMusl: true }, "linux/amd64+musl"],
    [{ arch: "arm64" }, "linux/arm64"],
    [{ arch: "arm", armVersion: "7" }, "linux/arm/v7"],
    [{ arch: "arm", armVersion: "7", isMusl: true }, "linux/arm/v7+musl"],
    [{ arch: "ia32" }, "linux/386"],
    [{ os: "darwin", arch: "arm64" }, "darwin/arm64"],
  ])("of %j is %s, which artifacts can be made for", (traits, expected) => {
    const named = toHostPlatform({ os: "linux", arch: "x64", isMusl: false, ...traits });
    expect(named).toBe(expected);
    expect(platform.safeParse(named).success).toBe(true);
  });

  it("has no name where no artifact can be made", () => {
    expect(toHostPlatform({ os: "aix", arch: "ppc64", isMusl: false })).toBeUndefined();
    expect(toHostPlatform({ os: "linux", arch: "mips", isMusl: false })).toBeUndefined();
  });
});
