import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { packTree, type TreeItem } from "#test/builders/packed-tree.ts";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { stubDelta, withDeltas } from "#test/fakes/control-plane-stub-deltas.ts";
import { stubTreeDelta, withTree } from "#test/fakes/control-plane-stub-trees.ts";
import { AGENT_APPLICATION, type StubPublication, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { asFaultyVersion, type BundleFault } from "./faulty-bundle.ts";

/** What the program of a scenario writes to its output whenever it is started. */
export const STARTED = "it was started";

/** A program of three lines: it serves until it is told to stop. `size` makes its download last. */
function service(version: string, size = 0): Buffer {
  return Buffer.from(
    `# ${version}\ntrap 'kill $!; exit 0' TERM\necho ${STARTED}\nwhile :; do sleep 3600 & wait $!; done\n#${"x".repeat(size)}\n`,
  );
}

const RUN = { command: "/bin/sh", arguments: ["{artifact}"], probationMs: 100, stopDeadlineMs: 2000, crashLimit: 2 };

const publication = (version: string, bytes: Buffer): StubPublication => ({ version, bytes, runSpec: RUN });

/** It ends twice at once; on a machine under load that must not look like a version that ran for its whole probation. */
export const BAD: StubPublication = {
  version: "2.0.0",
  bytes: Buffer.from("# broken\nexit 3\n"),
  runSpec: { ...RUN, probationMs: 10_000 },
};

type SelfScenario = "self-update" | "self-update-after" | "self-revert" | "self-revert-after" | "self-given-up";

/** What an agent is put through. `before` is what it serves when it is started, oldest first; `wanted` is what it is then told to bring. */
export type Scenario = {
  readonly name: "first-install" | "update" | "delta-update" | "tree-update" | "tree-apply" | "revert" | "rollback" | SelfScenario;
  readonly before: readonly StubPublication[];
  readonly wanted: StubPublication;
  /** Whether what is wanted names a delta from what served last. */
  readonly hasDelta?: true;
  /** The process that applies the delta is cut in place of the agent. */
  readonly cutsApplier?: true;
  /** The version that serves in the end. */
  readonly ends: string;
  /** The agent itself is what is updated: it runs as it was installed, and the start of it with this number is cut. */
  readonly cutStart?: number;
  /** What is wrong with the version of the agent that is wanted. */
  readonly agentFault?: BundleFault;
};

/** Serves from the beginning. */
export const ONE = publication("1.0.0", service("1.0.0"));
/** Serves after a download that lasts. */
export const TWO = publication("2.0.0", service("2.0.0", 300_000));
const LARGE_ONE = publication("1.0.0", service("1.0.0", 299_000));

const TOOL = Array.from({ length: 100 }, (_, index) => hash("sha256", `tool ${index}`)).join("");

/** A service of several files, so that some stay, move, change by either codec, come twice and go from version to version. */
function treeOf(version: string, tree: Readonly<Record<string, TreeItem>>): StubPublication {
  const program = `#!/bin/sh\n${service(version).toString()}`;
  return { ...publication(version, packTree("tar.gz", { "bin/web": { program }, ...tree })), runSpec: TREE_RUN };
}

const TREE_RUN = { ...RUN, unpack: true as const, command: "bin/web", arguments: [] };
const TREE_ONE = treeOf("1.0.0", { "lib/tool": TOOL, "share/kept": TOOL.slice(500), "share/moved": TOOL.slice(900), "share/gone": "x" });
const TREE_TWO = treeOf("2.0.0", {
  // Every 41st character is the next one in the alphabet.
  "lib/tool": TOOL.replaceAll(/(?<=^(?:.{41})*)./g, (one) => String.fromCharCode(one.charCodeAt(0) + 1)),
  "share/kept": TOOL.slice(500),
  "lib/moved": TOOL.slice(900),
  "lib/copy": "new here\n",
  "lib/new": "new here\n",
  "share/link": { link: "../lib/moved" },
});

const AGENT_RUN = { command: "node", arguments: ["{artifact}", "run"], installAs: "rollcall-agent.mjs", probationMs: 100 };

/** Its bytes are the bundle of the agent that is put through it, calling itself by this version. */
const AGENT: StubPublication = { version: "99.0.0", bytes: Buffer.alloc(0), of: AGENT_APPLICATION, runSpec: AGENT_RUN };

/** A version of the agent that has to be taken back; one that is not heard goes back after its start deadline. */
const BAD_AGENT: StubPublication = { ...AGENT, version: "99.1.0", runSpec: { ...AGENT_RUN, startDeadlineMs: 1000 } };
const BEFORE_BAD = { before: [ONE, AGENT], wanted: BAD_AGENT, ends: AGENT.version };
/** Three starts of a version that does not come up lie between the one that was told to update itself and the one that goes on. */
const START_AFTER_GIVEN_UP = 5;

/**
 * Every way through an update: the first, the usual one, one by a delta, one by a delta between unpacked archives, one that is taken back, and one to a version that is
 * still there; of the agent itself one that works, one that the new agent takes back and one that the launcher does.
 */
export const SCENARIOS: readonly Scenario[] = [
  { name: "first-install", before: [], wanted: ONE, ends: "1.0.0" },
  { name: "update", before: [ONE], wanted: TWO, ends: "2.0.0" },
  { name: "delta-update", before: [LARGE_ONE], wanted: TWO, hasDelta: true, ends: "2.0.0" },
  { name: "tree-update", before: [TREE_ONE], wanted: TREE_TWO, hasDelta: true, ends: "2.0.0" },
  { name: "tree-apply", before: [TREE_ONE], wanted: TREE_TWO, hasDelta: true, cutsApplier: true, ends: "2.0.0" },
  { name: "revert", before: [ONE], wanted: BAD, ends: "1.0.0" },
  { name: "self-update", before: [ONE], wanted: AGENT, ends: AGENT.version, cutStart: 1 },
  { name: "self-update-after", before: [ONE], wanted: AGENT, ends: AGENT.version, cutStart: 2 },
  { name: "self-revert", ...BEFORE_BAD, agentFault: "never reaches its control plane", cutStart: 2 },
  { name: "self-revert-after", ...BEFORE_BAD, agentFault: "never reaches its control plane", cutStart: 3 },
  { name: "self-given-up", ...BEFORE_BAD, agentFault: "throws at start", cutStart: START_AFTER_GIVEN_UP },
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
  /** What the archives of the scenario unpack to, as tree digests by theirs. */
  readonly trees: ReadonlyMap<string, string>;
};

/** Starts a control plane that is told now and then, beside every change, and waits long. */
export async function openStub(): Promise<ControlPlaneStub> {
  const stub = await ControlPlaneStub.start();
  stub.stateIntervalMs = 400;
  stub.giveUpMs = 60_000;
  return stub;
}

/** Starts the control plane of a scenario. @param program the agent's bundle. */
export async function openStage({ before, wanted, hasDelta, agentFault, ends, cutStart }: Scenario, program: string): Promise<Stage> {
  const stub = await openStub();
  const published = new Map<StubPublication, StubRelease>();
  const publish = async (one: StubPublication, fault?: BundleFault): Promise<StubRelease> => {
    const release = published.get(one) ?? stub.publish(one.of === AGENT_APPLICATION ? await agentBundle(program, one, fault) : one);
    published.set(one, release);
    return release;
  };
  const releases: StubRelease[] = [];
  for (const one of before) releases.push(await publish(one));
  const base = hasDelta === true ? before.at(-1) : undefined;
  const named = base === undefined ? { wanted, trees: new Map<string, string>() } : await naming(stub, base, wanted);
  const target = await publish(named.wanted, agentFault);
  const end = [...releases, target].find(({ version }) => version === ends);
  if (end === undefined) throw new Error(`No release of the scenario has the version ${ends}.`);
  const runs = cutStart === undefined ? end : (releases.findLast(({ productId }) => productId !== AGENT_APPLICATION.productId) ?? end);
  return { stub, before: releases, wanted: target, ends: end, runs, trees: named.trees };
}

/** The wanted release as one that names a delta, between files or between what archives unpack to. */
async function naming(
  stub: ControlPlaneStub,
  base: StubPublication,
  wanted: StubPublication,
): Promise<{ readonly wanted: StubPublication; readonly trees: Stage["trees"] }> {
  if (wanted.runSpec?.unpack === true) {
    const { delta, newTree, bytes } = await stubTreeDelta(base, wanted.bytes);
    stub.files.blobs.set(delta.sha256, bytes);
    const trees = new Map([
      [delta.from.sha256, delta.from.tree],
      [hash("sha256", wanted.bytes), newTree],
    ]);
    return { wanted: { ...wanted, sign: withTree({ sha256: newTree, deltas: [delta] }) }, trees };
  }
  const { delta, bytes } = await stubDelta(base, wanted.bytes);
  stub.files.blobs.set(delta.sha256, bytes);
  return { wanted: { ...wanted, sign: withDeltas(delta) }, trees: new Map() };
}

/** The agent that is put through it, as another version of itself. */
async function agentBundle(program: string, wanted: StubPublication, fault: BundleFault | undefined): Promise<StubPublication> {
  return { ...wanted, bytes: Buffer.from(asFaultyVersion(await readFile(program, "utf8"), wanted.version, fault)) };
}
