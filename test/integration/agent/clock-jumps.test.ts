import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "#test/fakes/tuf-documents.ts";
import { setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

const CLOCK = pathToFileURL(join(import.meta.dirname, "../../compromise/attacker/shifted-clock.ts")).href;
const JUMPS = [
  { name: "ten years ahead", byMs: 3650 * DAY_MS },
  { name: "ten years back", byMs: -3650 * DAY_MS },
] as const;

/** An agent that serves 1.0.0 and whose wall clock can be set. */
async function serveFirst() {
  const setting = await setUp();
  const { stub, agent } = setting;
  const file = join(agent.folder, "test-clock");
  const setAhead = (ms: number): Promise<void> => writeFile(file, String(ms));
  await setAhead(0);
  const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
  stub.desire(first);
  const environment = { NODE_OPTIONS: `--import=${CLOCK}`, ROLLCALL_TEST_AHEAD_FILE: file };
  agent.run(stub.token(), environment);
  await stub.untilPhase("healthy", first);
  /** Whatever would happen by now has happened. */
  const someReports = async (): Promise<void> => {
    const soFar = stub.reports.length;
    await stub.until(() => (stub.reports.length >= soFar + 3 ? true : undefined));
  };
  return { ...setting, first, setAhead, someReports, environment };
}

describe.each(JUMPS)("a host whose clock jumps $name", { timeout: 120_000 }, ({ byMs }) => {
  it("between the staging and the go switches under the lease that still holds, and passes its probation", async () => {
    const { stub, port, setAhead } = await serveFirst();
    stub.givesGo = false;
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    const grant = stub.desire(second);
    await stub.untilPhase("staged", second);
    await setAhead(byMs);
    stub.go(grant);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("in a probation neither ends it nor takes the version back", async () => {
    const { stub, port, first, setAhead, someReports } = await serveFirst();
    const runSpec = { ...QUICK_RUN, probationMs: 600_000 };
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec });
    stub.desire(second);
    await stub.untilPhase("probation", second);
    await setAhead(byMs);
    await someReports();
    expect(stub.phases().at(-1)).toMatchObject({ phase: "probation", releaseId: second.releaseId });
    expect(await versionAt(port)).toBe("2.0.0");
    const back = stub.desire(first);
    await setAhead(0);
    await stub.untilPhase("healthy", first, back);
  });

  it("is given no permission by it: a lease that is over stays over", async () => {
    const { stub, setAhead, someReports } = await serveFirst();
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second, { leaseMs: 0 });
    await setAhead(byMs);
    await someReports();
    expect(stub.phases().filter(({ releaseId }) => releaseId === second.releaseId)).toEqual([]);
  });

  it("does not try again what it has taken back, and serves on", async () => {
    const { stub, port, setAhead, someReports } = await serveFirst();
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { crash: 1 }), runSpec: QUICK_RUN });
    stub.desire(bad);
    await stub.untilPhase("reverted", bad);
    const soFar = stub.phases().length;
    await setAhead(byMs);
    await someReports();
    expect(stub.phases().length).toBe(soFar);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  });
});

it(
  "a quarantine lasts as long as the control plane says, over a kill of the agent, and then the release is tried again",
  { timeout: 120_000 },
  async () => {
    const { stub, agent, port, setAhead, environment } = await serveFirst();
    stub.quarantineMs = 120_000;
    const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { crash: 1 }), runSpec: QUICK_RUN });
    stub.desire(bad);
    const [entry] = (await stub.untilPhase("reverted", bad)).application.quarantine;
    expect((entry?.expiresAt ?? 0) - (entry?.at ?? 0)).toBe(120_000);
    await agent.end("SIGKILL");
    agent.run(undefined, environment);
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect(stub.hellos.at(-1)?.applications[0]?.quarantine).toEqual([entry]);
    const early = stub.desire(bad);
    expect((await stub.untilPhase("failed", bad, early)).failure).toMatchObject({ cause: "quarantined" });
    await setAhead(121_000);
    const late = stub.desire(bad);
    const again = await stub.untilPhase("reverted", bad, late);
    expect(again.application.quarantine).toMatchObject([{ releaseId: bad.releaseId, reason: entry?.reason }]);
    expect(again.application.quarantine[0]?.at).toBeGreaterThan(entry?.expiresAt ?? 0);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
  },
);

/** An order for 2.0.0 in the middle of whose download the clock jumps. */
async function jumpInDownload(byMs: number) {
  const setting = await serveFirst();
  const { stub, setAhead } = setting;
  const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { ballastBytes: 100_000 }), runSpec: QUICK_RUN });
  let goOn = (): void => undefined;
  stub.files.faults.hold = new Promise((resolve) => {
    goOn = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    stub.files.onBlob = resolve;
  });
  stub.desire(second);
  await asked;
  await setAhead(byMs);
  goOn();
  return { ...setting, second };
}

describe("a host whose clock is wrong during a download", { timeout: 120_000 }, () => {
  it("ten years ahead names its clock, serves on, and goes on when the clock is right", async () => {
    const { stub, port, setAhead, second } = await jumpInDownload(3650 * DAY_MS);
    // All that is signed looks ended from there, and the control plane tells another time.
    expect((await stub.untilPhase("failed", second)).failure).toMatchObject({ cause: "verification", code: "TRUST_CLOCK_WRONG" });
    expect(await versionAt(port)).toBe("1.0.0");
    await setAhead(0);
    const again = stub.desire(second);
    await stub.untilPhase("healthy", second, again);
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("ten years back goes on: nothing that is signed has ended there", async () => {
    const { stub, port, second } = await jumpInDownload(-3650 * DAY_MS);
    await stub.untilPhase("healthy", second);
    expect(await versionAt(port)).toBe("2.0.0");
  });
});
