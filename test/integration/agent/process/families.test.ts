import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { cgroupFamilies, findDelegatedGroup } from "#main/agent/process/cgroup-families.ts";
import { environmentFamilies } from "#main/agent/process/environment-families.ts";
import { launch } from "#main/agent/process/launch.ts";
import { readProcStat } from "#main/agent/process/proc-stat.ts";
import type { ProcessFamilies, ProcessFamily } from "#main/agent/process/process-family.ts";
import { stopProcess, type RunningProcess } from "#main/agent/process/running-process.ts";

const APPLICATION = "7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b11";
/** Leaves its process group twice over, and says so. */
const DOUBLE_FORK =
  "setsid sh -c 'setsid sleep 600 & echo $! > grandchild; exec sleep 600' & while [ ! -s grandchild ]; do sleep 0.05; done";

async function start(families: ProcessFamilies, script: string) {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-family-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const begun = families.start(APPLICATION);
  let family: ProcessFamily | undefined;
  const result = await launch(
    {
      command: "/bin/sh",
      args: ["-c", script],
      environment: { PATH: "/usr/bin:/bin", ...begun.environment },
      workFolder: folder,
      outputLog: join(folder, "output.log"),
    },
    async ({ pid }) => {
      family = await begun.join(pid);
    },
  );
  if (result.kind !== "started" || family === undefined) throw new Error("it was not started");
  const running: RunningProcess = { ...result.process, family };
  onTestFinished(async () => void (await stopProcess(running, 0)));
  const grandchild = async (): Promise<number> => Number(await readFile(join(folder, "grandchild"), "utf8").catch(() => "0"));
  await expect.poll(grandchild, { timeout: 20_000 }).toBeGreaterThan(0);
  return { running, family, grandchild: await grandchild(), folder };
}

const isThere = async (pid: number): Promise<boolean> => (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")) !== "";

/** A control group of this test, where the kernel lets one be made. */
async function aGroup(): Promise<string | undefined> {
  const name = `/rollcall-test-${process.pid}-${Math.floor(performance.now())}`;
  const mount = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(join(path, "cgroup.controllers")));
  if (mount === undefined) return undefined;
  try {
    await mkdir(join(mount, name));
  } catch {
    return undefined;
  }
  onTestFinished(async () => {
    for (const below of await readdir(join(mount, name), { withFileTypes: true }))
      if (below.isDirectory()) await rmdir(join(mount, name, below.name)).catch(() => undefined);
    await rmdir(join(mount, name)).catch(() => undefined);
  });
  return findDelegatedGroup("rollcall-agent", name);
}

describe.skipIf(process.platform !== "linux")("a process that leaves its group", () => {
  it("is found by a variable that it inherited, and ended with its leader", async () => {
    const { running, family, grandchild } = await start(environmentFamilies, `${DOUBLE_FORK}; exec sleep 600`);
    expect(await family.members()).toEqual(expect.arrayContaining([running.identity.pid, grandchild]));
    await stopProcess(running, 20_000);
    expect(await family.members()).toEqual([]);
    expect(await isThere(grandchild)).toBe(false);
  });

  it("keeps nobody waiting by an ended child that its parent never asks for", async () => {
    const keeper = "echo $$ > keeper; sleep 600 & echo $! > grandchild; exec env -i setsid sleep 600";
    const { running, grandchild, folder } = await start(environmentFamilies, `sh -c '${keeper}' & exec sleep 600`);
    const pid = Number(await readFile(join(folder, "keeper"), "utf8"));
    onTestFinished(() => void process.kill(pid, "SIGKILL"));
    // It has left the group, and with it what it is known by.
    await expect.poll(() => environmentFamilies.adopt(pid), { timeout: 20_000 }).toBeUndefined();
    await stopProcess(running, 600_000);
    expect(await readProcStat(grandchild)).toMatchObject({ state: "Z", group: running.identity.pid });
  });

  it("is found when its leader has gone already", async () => {
    const { running, family, grandchild } = await start(environmentFamilies, DOUBLE_FORK);
    await running.exited;
    expect(await family.members()).toContain(grandchild);
    await family.kill();
    expect(await isThere(grandchild)).toBe(false);
  });

  it("is in the control group of its start, even without its environment, and ended by one word to the kernel", async ({ skip }) => {
    const group = await aGroup();
    if (group === undefined) return skip("no control group can be made here");
    const families = cgroupFamilies(group);
    const hidden = DOUBLE_FORK.replace("setsid sh", "setsid env -i /bin/sh");
    const { running, family, grandchild } = await start(families, `${hidden}; exec sleep 600`);
    expect(await environmentFamilies.adopt(grandchild)).toBeUndefined();
    expect(await family.members()).toEqual(expect.arrayContaining([running.identity.pid, grandchild]));
    expect(await (await families.adopt(grandchild))?.members()).toHaveLength((await family.members()).length);
    await stopProcess(running, 20_000);
    expect(await isThere(grandchild)).toBe(false);
    expect((await readdir(group, { withFileTypes: true })).filter((one) => one.isDirectory())).toEqual([]);
  });

  it("is swept away with what earlier runs of the agent left, but for the group that serves", async ({ skip }) => {
    const group = await aGroup();
    if (group === undefined) return skip("no control group can be made here");
    const families = cgroupFamilies(group);
    const left = await start(families, DOUBLE_FORK);
    await left.running.exited;
    const serving = await start(families, `${DOUBLE_FORK}; exec sleep 600`);
    await families.sweep(APPLICATION, [serving.running.identity.pid]);
    expect(await isThere(left.grandchild)).toBe(false);
    expect(await isThere(serving.grandchild)).toBe(true);
  });
});
