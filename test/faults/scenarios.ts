import { readFile } from "node:fs/promises";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { stubDelta, withDeltas } from "#test/fakes/control-plane-stub-deltas.ts";
import { AGENT_APPLICATION, type StubPublication, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { asVersion } from "./agent-bundle.ts";

/** A program of two lines: it serves until it is told to stop. `size` makes its download last. */
function service(version: string, size = 0): Buffer {
  return Buffer.from(`# ${version}\ntrap 'kill $!; exit 0' TERM\nwhile :; do sleep 3600 & wait $!; done\n#${"x".repeat(size)}\n`);
}

const RUN = { command: "/bin/sh", arguments: ["{artifact}"], probationMs: 100, stopDeadlineMs: 2000, crashLimit: 2 };

const publication = (version: string, bytes: Buffer): StubPublication => ({ version, bytes, runSpec: RUN });

/** It ends twice at once; on a machine under load that must not look like a version that ran for its whole probation. */
export const BAD: StubPublication = {
  version: "2.0.0",
  bytes: Buffer.from("# broken\nexit 3\n"),
  runSpec: { ...RUN, probationMs: 10_000 },
};

/** What an agent is put through. `before` is what it serves when it is started, oldest first; `wanted` is what it is then told to bring. */
export type Scenario = {
  readonly name: "first-install" | "update" | "delta-update" | "revert" | "rollback" | "self-update" | "self-update-after";
  readonly before: readonly StubPublication[];
  readonly wanted: StubPublication;
  /** Whether what is wanted names a delta from what served last. */
  readonly hasDelta?: true;
  /** The version that serves in the end. */
  readonly ends: string;
  /** The agent itself is what is updated: it runs as it was installed, and the start of it with this number is cut. */
  readonly cutStart?: 1 | 2;
};

/** Serves from the beginning. */
export const ONE = publication("1.0.0", service("1.0.0"));
/** Serves after a download that lasts. */
export const TWO = publication("2.0.0", service("2.0.0", 300_000));
const LARGE_ONE = publication("1.0.0", service("1.0.0", 299_000));

/** Its bytes are the bundle of the agent that is put through it, calling itself by this version. */
const AGENT: StubPublication = {
  version: "99.0.0",
  bytes: Buffer.alloc(0),
  of: AGENT_APPLICATION,
  runSpec: { command: "node", arguments: ["{artifact}", "run"], installAs: "rollcall-agent.mjs", probationMs: 100 },
};

/** Every way through an update: the first, the usual one, one by a delta, one that is taken back, and one to a version that is still there. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "first-install", before: [], wanted: ONE, ends: "1.0.0" },
  { name: "update", before: [ONE], wanted: TWO, ends: "2.0.0" },
  { name: "delta-update", before: [LARGE_ONE], wanted: TWO, hasDelta: true, ends: "2.0.0" },
  { name: "revert", before: [ONE], wanted: BAD, ends: "1.0.0" },
  { name: "self-update", before: [ONE], wanted: AGENT, ends: AGENT.version, cutStart: 1 },
  { name: "self-update-after", before: [ONE], wanted: AGENT, ends: AGENT.version, cutStart: 2 },
  { name: "rollback", before: [ONE, TWO], wanted: ONE, ends: "1.0.0" },
];

/** A control plane with what a scenario needs published. */
export type Stage = {
  readonly stub: ControlPlaneStub;
  readonly before: readonly StubRelease[];
  readonly wanted: StubRelease;
  /** What serves in the end. */
  readonly ends: StubRelease;
  /** What processes are of in the end: of `ends`, or of the application that an agent serves which updates itself. */
  readonly runs: StubRelease;
};

/** Starts a control plane that is told often and waits long. */
export async function openStub(): Promise<ControlPlaneStub> {
  const stub = await ControlPlaneStub.start();
  stub.stateIntervalMs = 100;
  stub.giveUpMs = 60_000;
  return stub;
}

/** Starts the control plane of a scenario. @param program the agent's bundle. */
export async function openStage({ before, wanted, hasDelta, ends, cutStart }: Scenario, program: string): Promise<Stage> {
  const stub = await openStub();
  const published = new Map<StubPublication, StubRelease>();
  const publish = (one: StubPublication): StubRelease => {
    const release = published.get(one) ?? stub.publish(one);
    published.set(one, release);
    return release;
  };
  const releases = before.map(publish);
  const base = hasDelta === true ? before.at(-1) : undefined;
  const told = cutStart === undefined ? wanted : await agentBundle(program, wanted);
  const target = publish(base === undefined ? told : await naming(stub, base, told));
  const end = [...releases, target].find(({ version }) => version === ends);
  if (end === undefined) throw new Error(`No release of the scenario has the version ${ends}.`);
  const runs = cutStart === undefined ? end : (releases.at(-1) ?? end);
  return { stub, before: releases, wanted: target, ends: end, runs };
}

async function naming(stub: ControlPlaneStub, base: StubPublication, wanted: StubPublication): Promise<StubPublication> {
  const { delta, bytes } = await stubDelta(base, wanted.bytes);
  stub.files.blobs.set(delta.sha256, bytes);
  return { ...wanted, sign: withDeltas(delta) };
}

/** The agent that is put through it, as another version of itself. */
async function agentBundle(program: string, wanted: StubPublication): Promise<StubPublication> {
  return { ...wanted, bytes: Buffer.from(asVersion(await readFile(program, "utf8"), wanted.version)) };
}
