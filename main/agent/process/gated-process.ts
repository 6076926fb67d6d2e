import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { isNoSuchWay } from "#main/node/disk-error.ts";
import type { LaunchSpec } from "./launch-spec.ts";
import { spawnGated, type GateResult } from "./spawn-gated.ts";
import { toSpawnPlan, type SpawnPlan } from "./spawn-plan.ts";

/** Makes gated processes: this agent itself, or whoever holds what a program inherits. */
export type GateKeeper = (spec: LaunchSpec) => Promise<GateResult>;

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch (thrown) {
    if (isNoSuchWay(thrown)) return false;
    throw thrown;
  }
}

async function findExecutable(spec: LaunchSpec): Promise<string | undefined> {
  const folders =
    spec.command.includes("/") || isAbsolute(spec.command)
      ? [""]
      : (spec.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter);
  for (const folder of folders) {
    const path = folder === "" ? spec.command : join(folder, spec.command);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/**
 * Plans a start once its program is found, and has it carried out by `spawn`, which has the sockets of these names.
 *
 * @throws what the disk throws when it cannot be looked for.
 */
export async function gatePlanned(
  spec: LaunchSpec,
  socketNames: readonly string[],
  spawn: (plan: SpawnPlan) => Promise<GateResult>,
): Promise<GateResult> {
  const command = await findExecutable(spec);
  if (command === undefined) return { kind: "not-executable", message: `${spec.command} is not there or not executable` };
  return spawn(toSpawnPlan(spec, command, socketNames));
}

/** Starts a process behind its gate as a child of this agent, without sockets. */
export function startGated(spec: LaunchSpec): Promise<GateResult> {
  return gatePlanned(spec, [], (plan) => spawnGated(plan, []));
}
