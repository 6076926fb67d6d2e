import { hash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { treeDigest, writeTreeListing } from "#main/node/archive/tree-listing.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { makeTreeDelta } from "#main/node/delta/tree/make-tree-delta.ts";
import { TREE_HEADER_BYTES } from "#main/node/delta/tree/tree-header.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { MillResult } from "./delta-mill.ts";
import type { Random } from "./delta-mutants.ts";
import { mutateTreeDelta } from "./tree-mutants.ts";

const REFUSALS: readonly string[] = ["DELTA_INVALID", "ARTIFACT_ARCHIVE_REFUSED"];
const TOOL = Array.from({ length: 60 }, (_, index) => hash("sha256", `tool ${index}`)).join("");
/** Every 41st character is the next one in the alphabet, which `matches` tells in fewer bytes; the text goes by `dictionary`. */
const LATER = TOOL.replaceAll(/(?<=^(?:.{41})*)./g, (one) => String.fromCharCode(one.charCodeAt(0) + 1));
const text = "the quick brown fox jumps over the lazy dog. ".repeat(40);

/** Two folders whose delta has a source of each kind, and a link. */
async function plant(folder: string): Promise<void> {
  for (const side of ["old", "new"]) await mkdir(join(folder, side, "bin"), { recursive: true });
  const isNew = {
    old: { "bin/tool": TOOL, "bin/web": text, moved: "moved here\n" },
    new: { "bin/tool": LATER, "bin/web": text.replaceAll("lazy", "idle"), there: "moved here\n" },
  };
  const more = { fresh: "something else\n", copy: "something else\n" };
  for (const [name, content] of Object.entries(isNew.old)) await writeFile(join(folder, "old", name), content);
  for (const [name, content] of Object.entries({ ...isNew.new, ...more })) await writeFile(join(folder, "new", name), content);
  await symlink("bin/web", join(folder, "new", "link"));
}

/**
 * Applies `count` mutants of a delta between trees, which `random` chooses, each as if somebody had signed the tree that it
 * names: it must be refused, or make exactly that tree, and write nowhere else.
 */
export async function millTreeDeltas(count: number, random: Random): Promise<MillResult> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
  const at = (name: string): string => join(folder, name);
  const result = { same: 0, refused: 0, findings: [] as string[] };
  const { signal } = new AbortController();
  const names = ["delta", "new", "old", "parts"];
  try {
    await plant(folder);
    const pair = { oldRoot: at("old"), newRoot: at("new"), spool: at("parts"), signal };
    const made = await makeTreeDelta(pair);
    const oldListing = Buffer.from(writeTreeListing(await listTree(at("old"))));
    const delta = Buffer.concat([made.head, await readFile(at("parts"))]);
    for (let tried = 0; tried < count; tried += 1) {
      const mutant = mutateTreeDelta(delta, oldListing, random);
      const note = (what: string): void => void result.findings.push(`mutant ${tried} of tree ${what}: ${mutant.toString("hex")}`);
      await writeFile(at("delta"), mutant);
      const newTree = mutant.length < TREE_HEADER_BYTES ? made.newTree : mutant.toString("hex", 48, TREE_HEADER_BYTES);
      try {
        await applyTreeDelta({ deltaPath: at("delta"), oldRoot: at("old"), newRoot: at("out"), temporary: at("part"), newTree, signal });
        if (treeDigest(writeTreeListing(await listTree(at("out")))) === newTree) result.same += 1;
        else note("led to another tree");
        await removeTree(at("out"));
      } catch (thrown) {
        const { code, message } = toAppError(thrown);
        if (REFUSALS.includes(code)) result.refused += 1;
        else note(`ended with ${code}, ${message}`);
      }
      const left = (await readdir(folder)).filter((name) => !names.includes(name));
      if (left.length > 0) note(`left ${left.join(", ")}`);
    }
    return result;
  } finally {
    await removeTree(folder);
  }
}
