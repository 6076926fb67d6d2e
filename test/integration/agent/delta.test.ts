import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import { stubDelta, withDeltas, type StubDelta } from "#test/fakes/control-plane-stub-deltas.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { applyingPids, setUp, versionAt, type AgentProcess } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

const BALLAST = 2_000_000;
const file = (version: string) => ({ version, bytes: serviceArtifact(version, { ballastBytes: BALLAST }) });
const [one, two, three] = [file("1.0.0"), file("2.0.0"), file("3.0.0")];

type World = { readonly stub: ControlPlaneStub; readonly agent: AgentProcess; readonly port: number; readonly first: StubRelease };

/** An agent that serves 1.0.0. */
async function serving(): Promise<World> {
  const world = await setUp();
  const first = world.stub.publish({ ...one, runSpec: QUICK_RUN });
  world.stub.desire(first);
  world.agent.run(world.stub.token());
  await world.stub.untilPhase("healthy", first);
  world.stub.files.requests.length = 0;
  return { ...world, first };
}

function publish(stub: ControlPlaneStub, { version, bytes }: typeof one, ...deltas: readonly StubDelta[]): StubRelease {
  for (const delta of deltas) stub.files.blobs.set(delta.delta.sha256, delta.bytes);
  return stub.publish({ version, bytes, runSpec: QUICK_RUN, sign: withDeltas(...deltas.map(({ delta }) => delta)) });
}

/** Brings the release into service, and tells what was asked for and what the host said of it. */
async function update({ stub, port }: World, release: StubRelease, answer = release.version) {
  stub.desire(release);
  const { fetched } = await stub.untilPhase("staged", release);
  await stub.untilPhase("healthy", release);
  expect(await versionAt(port)).toBe(answer);
  expect(stub.problems).toEqual([]);
  return { fetched, asked: stub.files.requests.map(({ digest }) => digest) };
}

describe("an agent that is offered deltas", () => {
  it.each(["matches", "dictionary"] as const)("fetches nothing but the delta (%s), and tells what it saved", async (codec) => {
    const world = await serving();
    const delta = await stubDelta(one, two.bytes, codec);
    const { fetched, asked } = await update(world, publish(world.stub, two, delta));
    expect(asked).toEqual([delta.delta.sha256]);
    expect(fetched).toEqual({ bytes: delta.bytes.length, fullBytes: two.bytes.length, deltas: 1 });
    expect(delta.bytes.length).toBeLessThan(two.bytes.length / 100);
    expect(await readdir(world.agent.paths.downloads)).toEqual([]);
  });

  it("goes through a chain of signed deltas, and back to the kept version without a byte", async () => {
    const world = await serving();
    const [toTwo, toThree] = [await stubDelta(one, two.bytes), await stubDelta(two, three.bytes)];
    publish(world.stub, two, toTwo);
    const { fetched, asked } = await update(world, publish(world.stub, three, toThree));
    expect(asked).toEqual([toTwo.delta.sha256, toThree.delta.sha256]);
    expect(fetched).toMatchObject({ bytes: toTwo.bytes.length + toThree.bytes.length, deltas: 2 });

    const back = world.stub.desire(world.first);
    const staged = await world.stub.untilPhase("staged", world.first, back);
    expect(staged.fetched).toEqual({ bytes: 0, fullBytes: one.bytes.length, deltas: 0 });
    await world.stub.untilPhase("healthy", world.first, back);
    expect(await versionAt(world.port)).toBe("1.0.0");
  });

  it("fetches nothing for another release with bytes that it keeps", async () => {
    const world = await serving();
    const { fetched, asked } = await update(world, publish(world.stub, { ...one, version: "1.0.1" }), "1.0.0");
    expect(asked).toEqual([]);
    expect(fetched).toEqual({ bytes: 0, fullBytes: one.bytes.length, deltas: 0 });
  });
});

/** Kills or halts once `isThere` holds, in the middle of an update that goes by a delta. */
const MOMENTS = {
  "while the delta comes": {
    prepare: ({ stub }: World) => void (stub.files.faults.hold = new Promise(() => undefined)),
    goOn: ({ stub }: World) => void (stub.files.faults.hold = undefined),
    isThere: (progress: Progress | undefined) => (progress?.receivedBytes ?? 0) > 0,
  },
  "while it is applied": {
    prepare: () => undefined,
    goOn: () => undefined,
    isThere: (progress: Progress | undefined) => progress?.applying === true,
  },
} as const;

type Progress = NonNullable<ReportedApplication["progress"]>;

/** The host tells that it is at that moment, or beyond. */
function untilThere({ stub }: World, release: StubRelease, isThere: (progress: Progress | undefined) => boolean): Promise<true> {
  return stub.until(() => {
    const told = stub.reports.flatMap(({ body }) =>
      body.kind === "state" ? body.applications : body.kind === "phase" ? [body.application] : [],
    );
    const isBeyond = stub.phases().some(({ phase, releaseId }) => phase === "verifying" && releaseId === release.releaseId);
    return isBeyond || told.some(({ phase, progress }) => phase === "downloading" && isThere(progress)) ? true : undefined;
  });
}

/** A delta that takes a while to apply: a large file that differs everywhere. */
async function largeDelta(world: World): Promise<{ readonly delta: StubDelta; readonly release: StubRelease }> {
  const fresh = { version: "2.0.0", bytes: serviceArtifact("2.0.0", { ballastBytes: 40_000_000 }) };
  const delta = await stubDelta(one, fresh.bytes, "dictionary");
  return { delta, release: publish(world.stub, fresh, delta) };
}

describe("an agent that goes by a delta", () => {
  it.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])("and is killed %s goes on with it", async (name) => {
    const { prepare, goOn, isThere } = MOMENTS[name];
    const world = await serving();
    const { release } = await largeDelta(world);
    prepare(world);
    world.stub.desire(release);
    await untilThere(world, release, isThere);
    await world.agent.end("SIGKILL");
    goOn(world);
    world.agent.run();
    const { fetched } = await world.stub.untilPhase("staged", release);
    expect(fetched).toMatchObject({ deltas: 1 });
    expect(fetched?.bytes).toBeLessThan(1_000_000);
    await world.stub.untilPhase("healthy", release);
    expect(await versionAt(world.port)).toBe("2.0.0");
    await expect.poll(() => readdir(world.agent.paths.downloads), { timeout: 20_000 }).toEqual([]);
  });

  it.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])("and is halted %s makes nothing more", async (name) => {
    const { prepare, goOn, isThere } = MOMENTS[name];
    const world = await serving();
    const { release } = await largeDelta(world);
    prepare(world);
    world.stub.givesGo = false;
    world.stub.desire(release);
    await untilThere(world, release, isThere);
    await world.stub.halt("all");
    await world.stub.untilPhase("idle", release);
    await expect.poll(() => applyingPids(world.agent), { timeout: 20_000 }).toEqual([]);
    expect((await readdir(world.agent.paths.downloads)).filter((file) => file.endsWith(".making"))).toEqual([]);
    expect(await versionAt(world.port)).toBe("1.0.0");
    goOn(world);
    world.stub.givesGo = true;
    const again = world.stub.desire(release);
    expect((await world.stub.untilPhase("staged", release, again)).fetched).toMatchObject({ deltas: 1 });
    await world.stub.untilPhase("healthy", release, again);
  });
});
