import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";

/** A folder of its own for the running test, removed when the test ends. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-test-"));
  onTestFinished(() => removeTree(folder));
  return folder;
}
