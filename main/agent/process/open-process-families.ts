import type { AgentLogger } from "../logger.ts";
import { cgroupFamilies, findDelegatedGroup } from "./cgroup-families.ts";
import { environmentFamilies } from "./environment-families.ts";
import type { ProcessFamilies } from "./process-family.ts";

/** Where nothing but a process group tells a family: what leaves the group is not found. */
const groupFamilies: ProcessFamilies = {
  kind: "process groups",
  start: () => ({ environment: {}, join: () => Promise.resolve({ members: nobody, kill: nothing, forget: nothing }) }),
  adopt: () => Promise.resolve(undefined),
  sweep: nothing,
};

function nobody(): Promise<readonly number[]> {
  return Promise.resolve([]);
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

/**
 * Chooses how this host tells which processes belong to an application, and says so.
 *
 * @param given a delegated control group that an operator names.
 */
export async function openProcessFamilies(serviceName: string, given: string | undefined, logger: AgentLogger): Promise<ProcessFamilies> {
  const group = process.platform === "linux" ? await findDelegatedGroup(serviceName, given) : undefined;
  if (group !== undefined) {
    logger.info({ group }, "Each start gets a control group of its own; nothing that an application starts outlives it.");
    return cgroupFamilies(group);
  }
  if (process.platform !== "linux") {
    logger.warn("Processes are told by their process group; one that leaves it is not found when its application stops.");
    return groupFamilies;
  }
  logger.warn(
    "No control group was delegated to this agent. Processes are told by their process group and an inherited variable; " +
      "one that leaves the group and clears its environment is not found when its application stops.",
  );
  return environmentFamilies;
}
