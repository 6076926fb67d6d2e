import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The folder that entries of one run share, for what is costly to make twice: the harness names it by its own process
 * and removes it at the end.
 *
 * @param harness process id of the harness; entries are its children.
 */
export function runFolder(harness: number): string {
  return join(tmpdir(), `rollcall-bench-${harness}`);
}
