import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ROOT } from "./checks.ts";

/** Which files decide what a build makes, as paths from the root; folders count with everything in them. */
export type Inputs = readonly string[];

/** Hash over the names and contents of the inputs. Equal hashes mean that building again would make the same files. */
export async function hashInputs(inputs: Inputs, root: string = ROOT): Promise<string> {
  const hash = createHash("sha256");
  for (const path of (await Promise.all(inputs.map((input) => filesOf(join(root, input))))).flat().sort()) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex");
}

/** What the stamp of a finished build says, or undefined when there was none or it was cut off. */
export async function readStamp(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Written after everything else, so that a build that was killed half-way has none. */
export async function writeStamp(path: string, hash: string): Promise<void> {
  await writeFile(path, `${hash}\n`);
}

async function filesOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  return entries === undefined ? [path] : entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
