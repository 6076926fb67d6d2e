import { describe, expect, it } from "vitest";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { versionAt } from "./agent-process.ts";
import { askAs } from "./ipc-client.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

/** Serves 1.0.0, then wants 2.0.0 with another run spec; its probation has begun when this resolves. */
async function tryOut(runSpec: Partial<RunSpec>) {
  const setting = await setUpServing();
  const { stub, agent, first } = setting;
  const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: { ...QUICK_RUN, ...runSpec } });
  stub.desire(second);
  await stub.untilPhase("probation", second);
  // It runs, so that there is somebody whose word counts.
  await stub.until(() =>
    stub.reports.find(
      ({ body }) =>
        body.kind === "state" && body.applications[0]?.current?.version === "2.0.0" && body.applications[0].uptimeMs !== undefined,
    ),
  );
  return { ...setting, first, second, old: await askAs(agent, first.releaseId), now: await askAs(agent, second.releaseId) };
}

describe("what a version says of itself", () => {
  it("ends its start, and is not taken from the version before", async () => {
    const { stub, second, old, now } = await tryOut({ readiness: { kind: "ipc" } });
    expect(await old.ask("POST", "health", { state: "ready" })).toMatchObject({ status: 409, body: { code: "CONFLICT_STATE" } });
    expect((await now.ask("GET", "state")).body).toMatchObject({ phase: "probation", healthy: false });
    expect((await now.ask("POST", "health", { state: "ready" })).status).toBe(204);
    await stub.untilPhase("healthy", second);
    expect((await now.ask("GET", "state")).body).toMatchObject({ phase: "healthy", healthy: true, reported: { state: "ready" } });
  });

  it("takes it back at once in its probation", async () => {
    const { stub, second, now, port } = await tryOut({ probationMs: 600_000 });
    await now.ask("POST", "health", { state: "unhealthy", reason: "the index is broken" });
    const reverted = await stub.untilPhase("reverted", second);
    expect(reverted.failure).toMatchObject({ code: "UNWELL", message: "It said that it is not well: the index is broken" });
    await stub.until(() =>
      stub.reports.findLast(
        ({ body }) => body.kind === "state" && body.applications[0]?.phase === "reverted" && body.applications[0].healthy,
      ),
    );
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("shows later, until it says that it is well again", async () => {
    const { stub, second, now } = await tryOut({});
    await stub.untilPhase("healthy", second);
    await now.ask("POST", "health", { state: "unhealthy", reason: "out of licences" });
    await stub.until(() =>
      stub.reports.find(
        ({ body }) => body.kind === "state" && body.applications[0]?.healthy === false && body.applications[0].phase === "healthy",
      ),
    );
    expect((await now.ask("GET", "state")).body).toMatchObject({
      healthy: false,
      reported: { state: "unhealthy", reason: "out of licences" },
    });
    await now.ask("POST", "health", { state: "healthy" });
    expect((await now.ask("GET", "state")).body).toMatchObject({ healthy: true });
  });

  it("is missed: a version whose heartbeat stops is taken for hung", async () => {
    const { stub, second, now } = await tryOut({ probationMs: 600_000, heartbeatDeadlineMs: 2000 });
    for (let beats = 0; beats < 3; beats += 1) expect((await now.ask("POST", "heartbeat")).status).toBe(204);
    expect((await stub.untilPhase("reverted", second)).failure).toMatchObject({ code: "HUNG" });
  });
});
