import type { RestartPolicy } from "#shared/domain/release/restart-policy.ts";
import type { ProcessExit } from "../update/probation.ts";

/** Whether an end is one that the version may come to by itself. */
export function isOrderlyEnd(policy: RestartPolicy["policy"] | undefined, exit: ProcessExit): boolean {
  return policy !== undefined && policy !== "always" && exit.kind === "exit" && exit.code === 0;
}

/** Whether a version is started again after this end. */
export function mayRestart(policy: RestartPolicy["policy"] | undefined, exit: ProcessExit): boolean {
  return policy !== "never" && !isOrderlyEnd(policy, exit);
}
