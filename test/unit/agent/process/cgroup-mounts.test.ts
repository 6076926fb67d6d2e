import { describe, expect, it } from "vitest";
import { seenGroups } from "#main/agent/process/cgroup-mounts.ts";

const GROUP = "/system.slice/rollcall-agent.service";
const mounted = (root: string, point: string, type = "cgroup2"): string =>
  `42 32 0:29 ${root} ${point} rw,nosuid,nodev,noexec,relatime shared:9 - ${type} cgroup2 rw,nsdelegate`;

describe("where a control group can be seen", () => {
  it("is below the one mount of an everyday machine", () => {
    expect(seenGroups(`${mounted("/", "/sys/fs/cgroup")}\n`, GROUP)).toEqual([`/sys/fs/cgroup${GROUP}`]);
  });

  it("is nowhere without cgroup2", () => {
    expect(seenGroups(mounted("/", "/sys/fs/cgroup/systemd", "cgroup"), GROUP)).toEqual([]);
    expect(seenGroups("", GROUP)).toEqual([]);
  });

  it("is in every mount, in the order of their making, since the first need not be the one that can be written", () => {
    const mounts = [mounted("/", "/run/other\\040groups"), mounted("/", "/sys/fs/cgroup")].join("\n");
    expect(seenGroups(mounts, GROUP)).toEqual([`/run/other groups${GROUP}`, `/sys/fs/cgroup${GROUP}`]);
  });

  it("is left out of a mount that shows another part, and counted from the part that is shown", () => {
    expect(seenGroups(mounted("/user.slice", "/mnt"), GROUP)).toEqual([]);
    expect(seenGroups(mounted("/../..", "/mnt"), GROUP)).toEqual([]);
    expect(seenGroups(mounted("/system.slice", "/mnt"), GROUP)).toEqual(["/mnt/rollcall-agent.service"]);
    expect(seenGroups(mounted(GROUP, "/mnt"), GROUP)).toEqual(["/mnt"]);
  });
});
