import { fork } from "node:child_process";
import { join } from "node:path";
import type { DeltaProcess } from "./delta-messages.ts";

/** The program as it lies beside whatever runs this: its source, or its bundle. */
const CHILD_FILE = import.meta.filename.endsWith(".ts")
  ? join(import.meta.dirname, "delta-program.ts")
  : join(import.meta.dirname, "../delta/rollcall-delta.js");

/** Starts the program under this Node. It inherits nothing that could change what it runs, and prints nowhere. */
export function forkDeltaProcess(): DeltaProcess {
  const child = fork(CHILD_FILE, [], { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [], env: {}, serialization: "json" });
  return {
    post: (task) => void child.send(task, () => undefined),
    onMessage: (listener) => void child.on("message", listener),
    onExit: (listener) => {
      child.once("exit", listener);
      child.once("error", () => listener(null));
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
