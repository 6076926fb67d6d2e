import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

const PROGRAM = { command: "/bin/bash", arguments: ["{artifact}", "{artifact}"], probe: undefined, stopDeadlineMs: 500 };

describe("an application", { timeout: 120_000 }, () => {
  it("that daemonises by forking twice is taken back in its probation, and nothing of it stays", async () => {
    const { stub, agent, port } = await setUpServing();
    const serving = await servicePids(agent);
    const script = `setsid bash -c 'setsid bash -c '"'"'exec -a "$0" sleep 600'"'"' "$0" & sleep 0.2' "$1" & sleep 0.6; exit 0`;
    const runSpec = { ...QUICK_RUN, ...PROGRAM, probationMs: 60_000 };
    const second = stub.publish({ version: "2.0.0", bytes: Buffer.from(`${script}\n`), runSpec });
    stub.desire(second);
    expect((await stub.untilPhase("reverted", second)).failure).toMatchObject({ cause: "exit", code: "WENT_TO_BACKGROUND" });
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    const now = await servicePids(agent);
    expect(now).toHaveLength(1);
    expect(now).not.toEqual(serving);
  });

  it("that ignores SIGTERM, and whose children do, is killed at its deadline and gives way to the new version", async () => {
    const { stub, agent, port } = await setUp();
    const script = `trap '' TERM\n(trap '' TERM; echo $BASHPID > child; exec -a "$1" sleep 600) &\nwhile :; do sleep 600; done\n`;
    const first = stub.publish({ version: "1.0.0", bytes: Buffer.from(script), runSpec: { ...QUICK_RUN, ...PROGRAM } });
    await serveOn(stub, agent, first);
    const child = Number(await readFile(join(agent.application.work, "child"), "utf8"));
    expect(await servicePids(agent)).toContain(child);
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
    const now = await servicePids(agent);
    expect(now).toHaveLength(1);
    expect(now).not.toContain(child);
  });
});
