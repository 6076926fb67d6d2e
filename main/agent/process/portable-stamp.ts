import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * When a process was started, in the words of POSIX' `ps`, for systems without `/proc` (macOS, the BSDs). Undefined for
 * one that has ended, as one does that only waits to be asked after.
 *
 * @throws what `ps` answers for a pid that nobody has.
 */
export async function portableStamp(pid: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env: { LC_ALL: "C" } });
  const [, state = "", started = ""] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
  return started === "" || state.startsWith("Z") ? undefined : started;
}
