import { describe, expect, it } from "vitest";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { versionAt } from "./agent-process.ts";
import { serveWithHook, untilGone } from "./vetting-fixture.ts";

/** The first state report that tells of a waiting hook, or of at least so many askings. */
function untilWaiting(stub: ControlPlaneStub, attempts = 1) {
  return stub.until(() =>
    stub.reports
      .map(({ body }) => (body.kind === "state" ? body.applications[0]?.waiting : undefined))
      .find((waiting) => waiting !== undefined && waiting.attempts >= attempts),
  );
}

const switched = (stub: ControlPlaneStub, release: StubRelease): boolean =>
  stub.phases().some((body) => body.phase === "switching" && body.releaseId === release.releaseId);

describe("a pre-upgrade hook", () => {
  it("that says yes is asked once, before the switch is asked for", async () => {
    const { stub, port, publish } = await serveWithHook("0");
    const release = publish();
    stub.desire(release);
    await stub.untilPhase("healthy", release);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(stub.problems).toEqual([]);
  });

  it("that says not now is asked again, over a kill of the agent too, and is seen to wait", { timeout: 120_000 }, async () => {
    const { stub, agent, port, publish, say } = await serveWithHook("75");
    const release = publish();
    stub.desire(release);
    expect(await untilWaiting(stub)).toMatchObject({ attempts: 1, said: "asked as pre-upgrade for 2.0.0" });
    await agent.end("SIGKILL");
    agent.run();
    const hello = await stub.until(() => stub.hellos[1]);
    expect(hello.applications[0]).toMatchObject({ phase: "verifying", current: { version: "1.0.0" }, candidate: { version: "2.0.0" } });
    expect(hello.applications[0]?.waiting?.attempts).toBeGreaterThanOrEqual(1);
    expect((await untilWaiting(stub, 2)).attempts).toBeGreaterThanOrEqual(2);
    expect(switched(stub, release)).toBe(false);
    expect(await agent.print("status", "--state", agent.folder)).toContain("waits for its hook");
    await say("0");
    await stub.untilPhase("healthy", release);
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("that fails ends the attempt with its last words", async () => {
    const { stub, port, publish } = await serveWithHook("3");
    const release = publish();
    stub.desire(release);
    const { failure, application } = await stub.untilPhase("failed", release);
    expect(failure).toMatchObject({ cause: "exec", code: "HOST_HOOK_FAILED", message: expect.stringContaining("exit code 3") as string });
    expect(failure?.logTail).toContain("asked as pre-upgrade");
    expect(application.quarantine).toEqual([]);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("that hangs is killed with everything that it started", async () => {
    const { stub, publish, hookPids } = await serveWithHook("hang");
    const release = publish(1500);
    stub.desire(release);
    const pids = await hookPids();
    expect((await stub.untilPhase("failed", release)).failure?.message).toContain("did not end within 1500 ms");
    await untilGone(pids);
  });

  it("that runs when a halt comes is killed, and no switch follows", async () => {
    const { stub, publish, hookPids, port } = await serveWithHook("hang");
    const release = publish();
    stub.desire(release);
    const pids = await hookPids();
    expect(await stub.halt("all")).toEqual([]);
    await untilGone(pids);
    expect((await stub.untilPhase("idle", release)).failure).toMatchObject({ cause: "halted" });
    expect(switched(stub, release)).toBe(false);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("that runs when the lease ends is killed, and is asked again under the next grant", { timeout: 120_000 }, async () => {
    const { stub, publish, say, hookPids } = await serveWithHook("hang");
    const release = publish();
    stub.desire(release, { leaseMs: 3000 });
    await untilGone(await hookPids());
    expect(switched(stub, release)).toBe(false);
    await say("0");
    const next = stub.desire(release);
    await stub.untilPhase("healthy", release, next);
  });

  it("does not outlive an agent that is killed", async () => {
    const { stub, agent, publish, hookPids } = await serveWithHook("hang");
    stub.desire(publish());
    const pids = await hookPids();
    await agent.end("SIGKILL");
    await expect(untilGone(pids)).resolves.toBeUndefined();
  });

  it("is not asked on the way back to a version that has served well", { timeout: 120_000 }, async () => {
    const { stub, publish, say, port } = await serveWithHook("0");
    const [second, third] = [publish(), publish(undefined, "3.0.0")];
    for (const release of [second, third]) {
      stub.desire(release);
      await stub.untilPhase("healthy", release);
    }
    await say("3");
    const back = stub.desire(second);
    await stub.untilPhase("healthy", second, back);
    expect(await versionAt(port)).toBe("2.0.0");
  });
});
