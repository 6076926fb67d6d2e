import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** A tiny first process, which asks for what the others leave behind, as that of a machine does. */
const FIRST = '"$@" & wait $!';
const UNSHARE = ["--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", "-c", FIRST, "sh"];

/** Whether this system lets us have process numbers of our own (Linux, as root). */
export function mayHaveOwnProcesses(): boolean {
  return process.platform === "linux" && spawnSync("unshare", [...UNSHARE, "/bin/true"], { stdio: "ignore" }).status === 0;
}

/**
 * Runs this program again, with `words` behind its arguments, where no processes are but its own. There a look at all
 * processes costs next to nothing, and what others do on the machine changes nothing. When this one is asked to end, it
 * ends only after the other. @returns its exit code.
 */
export async function runAmongOwnProcesses(words: readonly string[]): Promise<number> {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), ...words];
  const child = spawn("unshare", [...UNSHARE, ...again], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill("SIGKILL"));
  await once(child, "exit");
  return child.exitCode ?? 1;
}
