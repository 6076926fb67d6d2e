import { utilityProcess } from "electron";
import type { DeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";

/** Starts the bundle of delta-program.ts in a utility process, which knows nothing of who runs the desktop. */
export function startUtilityDeltaProcess(file: string): DeltaProcess {
  const child = utilityProcess.fork(file, [], { serviceName: "Rollcall deltas", stdio: "ignore", env: {}, execArgv: [] });
  return {
    post: (task) => child.postMessage(task),
    onMessage: (listener) => void child.on("message", listener),
    onExit: (listener) => void child.once("exit", listener),
    kill: () => void child.kill(),
  };
}
