import { randomBytes } from "node:crypto";
import { chmod, lstat, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { StubBase } from "#test/fakes/control-plane-stub-deltas.ts";
import { stubTreeDelta, withTree, type StubTreeDelta } from "#test/fakes/control-plane-stub-trees.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { ARCHIVE_KINDS, packTree, type ArchiveKind, type TreeItem } from "#test/builders/packed-tree.ts";
import { setUp, versionAt, type AgentProcess } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

const UNPACKED: Partial<RunSpec> = { ...QUICK_RUN, unpack: true, command: "bin/web", arguments: [] };
const data = randomBytes(100_000).toString("hex");
const changed = `${data.slice(0, 70_000)} and more ${data.slice(70_000)}`;
const program = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/../lib/service.mjs"\n`;

/** A service of several files; from version to version some move, change, go and come, and one becomes a program. */
const TREES: Readonly<Record<string, Readonly<Record<string, TreeItem>>>> = {
  "1.0.0": { "share/data": data, "share/gone": "only here\n", "bin/tool": "#!/bin/sh\n", "share/link": { link: "data" } },
  "2.0.0": { "share/moved/data": data, "bin/tool": { program: "#!/bin/sh\n" }, "share/link": { link: "moved/data" } },
  "3.0.0": { "share/elsewhere/data": changed, "bin/tool": { program: "#!/bin/sh\n" } },
};

function build(version: string, kind: ArchiveKind = "tar.gz"): StubBase {
  const service = serviceArtifact(version).toString();
  return { version, bytes: packTree(kind, { "bin/web": { program }, "lib/service.mjs": service, ...TREES[version] }) };
}

type World = { readonly stub: ControlPlaneStub; readonly agent: AgentProcess; readonly port: number; readonly first: StubRelease };

/** An agent that serves an archive. */
async function serving(one: StubBase): Promise<World> {
  const world = await setUp();
  const first = world.stub.publish({ ...one, runSpec: UNPACKED });
  world.stub.desire(first);
  world.agent.run(world.stub.token());
  await world.stub.untilPhase("healthy", first);
  world.stub.files.requests.length = 0;
  return { ...world, first };
}

function publish(stub: ControlPlaneStub, one: StubBase, made: StubTreeDelta, served = made.bytes): StubRelease {
  stub.files.blobs.set(made.delta.sha256, served);
  return stub.publish({ ...one, runSpec: UNPACKED, sign: withTree({ sha256: made.newTree, deltas: [made.delta] }) });
}

/** Brings the release into service, and tells what was asked for and what the host said of it. */
async function update({ stub, port, agent }: World, release: StubRelease) {
  const desired = stub.desire(release);
  const { fetched } = await stub.untilPhase("staged", release, desired);
  await stub.untilPhase("healthy", release, desired);
  expect(await versionAt(port)).toBe(release.version);
  expect(stub.problems).toEqual([]);
  await expect.poll(() => readdir(agent.paths.downloads), { timeout: 20_000 }).toEqual([]);
  return { fetched, asked: stub.files.requests.map(({ digest }) => digest) };
}

const slotOf = ({ agent }: World, { digest }: StubRelease): string => join(agent.application.slots, `${digest}.unpacked`);

describe("an agent that unpacked the version before", () => {
  it.each(ARCHIVE_KINDS)("fetches of the next %s nothing but what differs in it", { timeout: 120_000 }, async (kind) => {
    const [one, two] = [build("1.0.0", kind), build("2.0.0", kind)];
    const world = await serving(one);
    const made = await stubTreeDelta(one, two.bytes);
    const release = publish(world.stub, two, made);
    const { fetched, asked } = await update(world, release);
    expect(asked).toEqual([made.delta.sha256]);
    expect(fetched).toEqual({ bytes: made.bytes.length, fullBytes: two.bytes.length, deltas: 1 });
    expect(made.bytes.length).toBeLessThan(two.bytes.length / 20);

    const slot = slotOf(world, release);
    expect(await readFile(join(slot, "share/moved/data"), "utf8")).toBe(data);
    expect((await readdir(join(slot, "share"))).toSorted()).toEqual(["link", "moved"]);
    expect(await readlink(join(slot, "share/link"))).toBe("moved/data");
    expect([(await lstat(join(slot, "bin/tool"))).mode & 0o777, (await lstat(slot)).mode & 0o777]).toEqual([0o555, 0o555]);
    // What was copied shares nothing with the version before, so that damage to one leaves the other whole.
    expect((await lstat(join(slot, "share/moved/data"))).nlink).toBe(1);
  });

  it("goes through a chain of signed deltas, and back to the kept version without a byte", { timeout: 120_000 }, async () => {
    const [one, two, three] = [build("1.0.0"), build("2.0.0"), build("3.0.0")];
    const world = await serving(one);
    const [toTwo, toThree] = [await stubTreeDelta(one, two.bytes), await stubTreeDelta(two, three.bytes)];
    publish(world.stub, two, toTwo);
    const release = publish(world.stub, three, toThree);
    const { fetched, asked } = await update(world, release);
    expect(asked).toEqual([toTwo.delta.sha256, toThree.delta.sha256]);
    expect(fetched).toMatchObject({ bytes: toTwo.bytes.length + toThree.bytes.length, deltas: 2 });
    expect(await readFile(join(slotOf(world, release), "share/elsewhere/data"), "utf8")).toBe(changed);

    const before = world.stub.files.requests.length;
    const back = world.stub.desire(world.first);
    await world.stub.untilPhase("healthy", world.first, back);
    expect(await versionAt(world.port)).toBe("1.0.0");
    expect(world.stub.files.requests.length).toBe(before);
  });

  it("does not mind what the program wrote beside its own files", { timeout: 120_000 }, async () => {
    const [one, two] = [build("1.0.0"), build("2.0.0")];
    const world = await serving(one);
    const made = await stubTreeDelta(one, two.bytes);
    const lib = join(slotOf(world, world.first), "lib");
    await chmod(lib, 0o755);
    await writeFile(join(lib, "stray.pyc"), "stale");
    await chmod(lib, 0o555);
    const { fetched } = await update(world, publish(world.stub, two, made));
    expect(fetched).toMatchObject({ deltas: 1 });
    expect(await readdir(lib)).toContain("stray.pyc");
  });
});

type Spoil = (world: World, made: StubTreeDelta) => Promise<{ readonly made?: StubTreeDelta; readonly served?: Buffer }>;

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
};

const FAULTS: Readonly<Record<string, Spoil>> = {
  "a kept file was damaged on this disk": async (world) => {
    const path = join(slotOf(world, world.first), "share/data");
    await chmod(path, 0o644);
    await writeFile(path, flipped(Buffer.from(data), 500));
    return {};
  },
  "the list of what is kept was damaged": async (world) => {
    const path = join(world.agent.application.slots, `${world.first.digest}.tree`);
    await chmod(path, 0o644);
    await writeFile(path, "rollcall-tree-v1\n");
    return {};
  },
  "the delta comes damaged": (_, made) => Promise.resolve({ served: flipped(made.bytes, made.bytes.length - 9) }),
  "the delta leads to another tree than the signed one": (_, made) => Promise.resolve({ made: { ...made, newTree: "0".repeat(64) } }),
  "the delta starts from another tree than the signed one": (_, made) =>
    Promise.resolve({ made: { ...made, delta: { ...made.delta, from: { ...made.delta.from, tree: "0".repeat(64) } } } }),
};

describe("an agent fetches the whole archive", () => {
  it.each(Object.keys(FAULTS))("where %s", { timeout: 120_000 }, async (name) => {
    const [one, two] = [build("1.0.0"), build("2.0.0")];
    const world = await serving(one);
    const made = await stubTreeDelta(one, two.bytes);
    const spoilt = (await FAULTS[name]?.(world, made)) ?? {};
    const release = publish(world.stub, two, spoilt.made ?? made, spoilt.served);
    const { fetched, asked } = await update(world, release);
    expect(asked).toContain(release.digest);
    expect(fetched).toMatchObject({ fullBytes: two.bytes.length, deltas: 0 });
    expect(await readFile(join(slotOf(world, release), "share/moved/data"), "utf8")).toBe(data);
  });
});
