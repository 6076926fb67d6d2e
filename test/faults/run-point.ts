import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { statePaths } from "#main/agent/state/state-paths.ts";
import type { AnyRun } from "./agent-run.ts";
import { isDeadly, VICTIMS, type FaultKind, type Operation, type Victim } from "./fault.ts";
import { currentVersionFault, downloadsOf, endServing, leftovers, servingProcesses, startsOfApplication } from "./host-witness.ts";
import type { ScenarioHost } from "./host.ts";
import { installedVersionFault } from "./installed-run.ts";
import { readOperations } from "./read-operations.ts";
import { untilSeen } from "./until-seen.ts";

/** Where and how one run is cut. */
export type Point = {
  readonly at: number;
  readonly kind: FaultKind;
  readonly seed: number;
  /** Whom a kill meets where the process that applies a delta is cut; the seed says unless told. */
  readonly victim?: Victim;
};

/** What came of it: not reached, since the run was shorter this time; held; or a sentence on what broke. */
export type PointResult =
  | { readonly is: "not-reached" }
  | { readonly is: "held"; readonly met: Operation }
  | { readonly is: "broken"; readonly met: Operation | undefined; readonly what: string; readonly agentLog: string };

const LOG_LINES = 30;

/** A power cut spares nobody, and whoever was cut within a write does not go on. */
function victimOf({ kind, seed, victim }: Point): Victim {
  if (kind === "power" || kind === "short-write") return "both";
  return victim ?? VICTIMS[seed % VICTIMS.length] ?? "applier";
}

class Broken extends Error {}

function require(isGood: boolean, what: () => string): void {
  if (!isGood) throw new Broken(what());
}

/** Runs the scenario without a fault and lists its operations. */
export async function recordOperations(host: ScenarioHost): Promise<readonly Operation[]> {
  const folder = await host.freshFolder();
  const log = `${folder}.operations`;
  host.want();
  const run = host.start(folder, { log });
  try {
    const standing = await host.settled(run);
    require(standing === "converged", () => `without a fault the scenario ended as ${standing}: ${run.output}`);
    const deltas = host.stage.stub.phases().findLast(({ phase }) => phase === "staged")?.fetched?.deltas ?? 0;
    require(deltas === (host.scenario.hasDelta === true ? 1 : 0), () => `the release was made with ${deltas} deltas`);
    return await readOperations(log);
  } finally {
    await run.end("SIGTERM");
    await removeTree(folder);
  }
}

/**
 * Runs the scenario with one fault, starts the agent again where it died of it, and holds both to the invariant: one
 * version is current and whole at every moment, one process of it runs in the end, and the host comes to where it should.
 */
export async function runPoint(host: ScenarioHost, point: Point): Promise<PointResult> {
  const folder = await host.freshFolder();
  const log = `${folder}.met`;
  const startsBefore = await startsOfApplication(folder);
  host.want();
  const victim = host.scenario.cutsApplier === true ? victimOf(point) : undefined;
  const first = host.start(folder, { log, fault: { ...point, victim } });
  let second: AnyRun | undefined;
  let abandoned: readonly string[] = [];
  try {
    let standing = await host.settled(first);
    const met = await readMet(log);
    if (met === undefined) return { is: "not-reached" };
    require(!first.output.includes("the loss could not be played"), () => first.output);
    // Its last report may have come before it died.
    if (isDeadly(point.kind) && victim !== "applier") {
      await first.exited();
      standing = "exited";
    }
    if (standing === "exited") {
      await requireWhole(host, folder);
      abandoned = await leftovers(folder);
      second = await startAgain(host, folder, point);
      standing = await host.settled(second);
      require(standing !== "exited", () => `the next start ended by itself: ${second?.output}`);
    }
    if (standing === "gave-up") {
      host.want();
      await host.converged();
    }
    await requireGoodEnd(host, { folder, run: second ?? first, abandoned });
    if (host.scenario.cutStart !== undefined) {
      const starts = (await startsOfApplication(folder)) - startsBefore - (point.kind === "power" ? 1 : 0);
      require(starts <= 1, () => `the application was started ${starts} times while its agent was replaced`);
    }
    return { is: "held", met };
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    return { is: "broken", met: await readMet(log), what, agentLog: await agentLogOf(folder) };
  } finally {
    await (second ?? first).end("SIGKILL");
    await endServing(folder);
    for (const path of [folder, log]) await removeTree(path);
  }
}

/** The last lines that the agent wrote for people. */
async function agentLogOf(folder: string): Promise<string> {
  const text = await readFile(statePaths(folder).agentLog, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}

async function readMet(log: string): Promise<Operation | undefined> {
  return (await readOperations(log))[0];
}

/** Right after a kill: what served before is still there, whole, and runs at most once. */
async function requireWhole(host: ScenarioHost, folder: string): Promise<void> {
  if (host.stage.before.length > 0) {
    const fault = await currentVersionFault(folder, host.stage.trees);
    require(fault === undefined, () => `after the kill ${fault}`);
  }
  if (host.scenario.cutStart !== undefined) {
    const fault = await installedVersionFault(folder);
    require(fault === undefined, () => `after the kill ${fault}`);
  }
  const serving = await servingProcesses(folder);
  require(serving.length <= 1, () => `after the kill ${serving.length} processes serve, ${JSON.stringify(serving)}`);
}

async function startAgain(host: ScenarioHost, folder: string, { kind }: Point): Promise<AnyRun> {
  if (kind !== "power") return host.start(folder);
  await endServing(folder);
  return host.start(folder, { machineBoot: randomUUID() });
}

/** What is looked at in the end: `abandoned` are the temporary files that a killed agent left. */
type Ending = { readonly folder: string; readonly run: AnyRun; readonly abandoned: readonly string[] };

async function requireGoodEnd(host: ScenarioHost, { folder, run, abandoned }: Ending): Promise<void> {
  const { runs, ends, stub, trees } = host.stage;
  const served = await untilSeen(
    () => servingProcesses(folder),
    (serving) => serving.length === 1 && serving[0]?.digest === runs.digest,
  );
  require(served.isSo, () => `${served.last.length} processes serve in the end, ${JSON.stringify(served.last)}`);
  const isSelf = host.scenario.cutStart !== undefined;
  const fault = (await currentVersionFault(folder, trees)) ?? (isSelf ? await installedVersionFault(folder, ends.version) : undefined);
  require(fault === undefined, () => `in the end ${fault}`);
  require(stub.problems.length === 0, () => `the control plane saw ${stub.problems.splice(0).join("; ")}`);
  if (trees.size > 0) {
    const cleared = await untilSeen(
      () => downloadsOf(folder),
      (names) => names.length === 0,
    );
    require(cleared.isSo, () => `files stay where downloads arrive: ${cleared.last.join(", ")}`);
  }
  const code = await run.end("SIGTERM");
  require(code === 0, () => `the agent stopped with ${code}: ${run.output}`);
  const left = await servingProcesses(folder);
  require(left.length === 0, () => "the application runs on although the agent was stopped in order");
  const files = await leftovers(folder);
  const forgotten = abandoned.filter((file) => files.includes(file));
  require(forgotten.length === 0, () => `temporary files stay: ${forgotten.join(", ")}`);
}
