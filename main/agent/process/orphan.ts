import type { RunningRelease } from "#shared/domain/host/reported.ts";
import type { ProcessExit } from "../update/probation.ts";
import { isSameRelease } from "../update/release-identity.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import type { RunRecord } from "./run-record.ts";
import { adoptProcess } from "./adopt-process.ts";
import { stopProcess, type RunningProcess } from "./running-process.ts";

/** What an earlier run of the agent left behind. `died` is an end that nobody saw, on the same boot of the machine. */
export type Orphan =
  | { readonly kind: "none" }
  | { readonly kind: "adopted"; readonly process: RunningProcess }
  | { readonly kind: "died"; readonly exit: ProcessExit };

/**
 * Deals with the process of an earlier run of this agent, before anything is started.
 *
 * Decision: a child outlives an agent that was killed, and the next agent takes it over when it is the version that is
 * to serve. Ending it would be simpler (its exit code could be waited for again), but would turn every crash of the
 * agent, and every update of it, into an outage of the application. The price: how an adopted process ends is not
 * known; that it ended shows at once by its lifeline (`lifeline.ts`). Any other version is ended first. An agent that is
 * stopped in order (SIGTERM) stops its children too, so that stopping the unit stops the service.
 *
 * A process is recognised by pid and start time. The record is written before the process runs its first
 * instruction (see `launch`), so there is never a copy that nobody knows of.
 *
 * @param adopt takes a process over; who knows how it ended says so at once.
 */
export async function claimOrphan(
  record: RunRecord | undefined,
  wanted: RunningRelease | undefined,
  machineBoot: string | undefined,
  adopt: (identity: ProcessIdentity) => Promise<RunningProcess> = (identity) => Promise.resolve(adoptProcess(identity)),
): Promise<Orphan> {
  if (record === undefined) return { kind: "none" };
  const isWanted = isSameRelease(record.release, wanted);
  if (!(await isAlive(record.process))) {
    const isOfThisBoot = machineBoot !== undefined && record.machineBoot === machineBoot;
    return isWanted && isOfThisBoot ? { kind: "died", exit: await (await adopt(record.process)).exited } : { kind: "none" };
  }
  const process = await adopt(record.process);
  if (isWanted) return { kind: "adopted", process };
  await stopProcess(process, record.stopDeadlineMs);
  return { kind: "none" };
}
