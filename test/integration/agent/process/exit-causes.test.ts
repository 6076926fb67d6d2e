import { existsSync } from "node:fs";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { servicePids, setUp } from "../agent-process.ts";
import { aSmallGroup } from "./small-group.ts";

const shell = (change: Partial<RunSpec> = {}) => ({
  command: "/bin/bash",
  arguments: ["{artifact}", "{artifact}"],
  installAs: "service",
  probationMs: 5000,
  stopDeadlineMs: 500,
  crashLimit: 1,
  ...change,
});

async function failureOf(script: string, runSpec: ReturnType<typeof shell>, environment: Record<string, string> = {}) {
  const { stub, agent } = await setUp();
  const release = stub.publish({ version: "1.0.0", bytes: Buffer.from(`${script}\n`), runSpec });
  stub.desire(release);
  agent.run(stub.token(), environment);
  const { failure } = await stub.untilPhase("failed", release);
  expect(await servicePids(agent)).toEqual([]);
  expect(stub.problems).toEqual([]);
  return failure;
}

const yes = (): boolean => true;
const no = (): boolean => false;

describe("the end of an application is told as what it was:", () => {
  it("killed for memory, with the kernel's evidence", async ({ skip }) => {
    const group = await aSmallGroup();
    if (group === undefined) return skip("no group with a limit can be made here");
    const eat = `exec ${process.execPath} -e 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))'`;
    const failure = await failureOf(`echo $$ > ${group}/cgroup.procs\n${eat}`, shell());
    expect(failure).toMatchObject({ cause: "signal", code: "OUT_OF_MEMORY" });
    expect(failure?.message).toMatch(/killed by the kernel, which needed its memory|most likely for memory/);
  });

  it("killed by somebody, which is not called memory", async () => {
    expect(await failureOf("kill -9 $$", shell())).toMatchObject({
      cause: "signal",
      message: expect.stringContaining("SIGKILL") as string,
    });
  });

  it("gone into the background, whose processes are found and ended", async () => {
    const script = `setsid bash -c 'exec -a "$0" sleep 600' "$1" & sleep 0.2; exit 0`;
    expect(await failureOf(script, shell({ crashLimit: 3 }))).toMatchObject({
      cause: "exit",
      code: "WENT_TO_BACKGROUND",
      message: expect.stringContaining("has to stay in the foreground") as string,
    });
  });

  it("gone into the background without its environment, in a control group that was given to the agent", async ({ skip }) => {
    const mount = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(`${path}/cgroup.controllers`));
    const name = `/rollcall-test-agent-${process.pid}`;
    if (mount === undefined || !(await mkdir(`${mount}${name}`).then(yes, no))) return skip("no control group can be made here");
    onTestFinished(() => rmdir(`${mount}${name}`));
    const script = `env -i setsid bash -c 'exec -a "$0" sleep 600' "$1" & sleep 0.2; exit 0`;
    const failure = await failureOf(script, shell({ crashLimit: 3 }), { ROLLCALL_CGROUP: name });
    expect(failure).toMatchObject({ cause: "exit", code: "WENT_TO_BACKGROUND" });
  });

  it("hung, when its heartbeats stay out", async () => {
    expect(await failureOf("exec sleep 600", shell({ heartbeatDeadlineMs: 1000, probationMs: 60_000 }))).toMatchObject({
      cause: "probe",
      code: "HUNG",
      message: expect.stringContaining("no heartbeat for 1 s") as string,
    });
  });

  it("never ready, when it does not say so on the pipe that it was given", async () => {
    const runSpec = shell({ readiness: { kind: "pipe" }, startDeadlineMs: 1000 });
    expect(await failureOf("exec sleep 600", runSpec)).toMatchObject({
      cause: "start-deadline",
      message: expect.stringContaining("did not say within 1 s that it is ready") as string,
    });
  });
});

describe("an application that says on a pipe that it is ready", () => {
  it("is healthy from then on, and not before", async () => {
    const { stub, agent } = await setUp();
    const script = `while [ ! -e go ]; do sleep 0.05; done; echo ready >&$ROLLCALL_READY_FD; exec sleep 600`;
    const runSpec = shell({ readiness: { kind: "pipe" }, probationMs: 300 });
    const release = stub.publish({ version: "1.0.0", bytes: Buffer.from(`${script}\n`), runSpec });
    stub.desire(release);
    agent.run(stub.token());
    const probation = await stub.untilPhase("probation", release);
    const unready = await stub.until(() => stub.reports.findLast(({ body }) => body.kind === "state" && body.at > probation.at));
    expect(unready.body).toMatchObject({ applications: [{ phase: "probation", healthy: false }] });
    await mkdir(agent.application.work, { recursive: true });
    await writeFile(`${agent.application.work}/go`, "");
    expect((await stub.untilPhase("healthy", release)).application.healthy).toBe(true);
  });
});
