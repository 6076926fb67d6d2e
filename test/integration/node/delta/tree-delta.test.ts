import { hash, randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readFile, readdir, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { treeDigest, writeTreeListing, type TreeEntry } from "#main/node/archive/tree-listing.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { makeTreeDelta } from "#main/node/delta/tree/make-tree-delta.ts";
import { encodeTreeDelta, type PartSource } from "#main/node/delta/tree/tree-delta.ts";
import { seededRandom, seedOfRun } from "#test/builders/seeded-random.ts";
import { millTreeDeltas } from "#test/fuzz/tree-mill.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const NEVER = new AbortController().signal;
const program = randomBytes(60_000);
const moved = randomBytes(30_000);

/** Content by path; a function makes something else there. */
type Tree = Readonly<Record<string, Buffer | string | ((path: string) => Promise<void>)>>;

async function plant(root: string, tree: Tree): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(tree)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await (typeof content === "function" ? content(join(root, path)) : writeFile(join(root, path), content));
  }
  return root;
}

const OLD: Tree = {
  "bin/web": program,
  "lib/core.bin": moved,
  "share/readme": "read me\n",
  "share/gone": "not in the next one\n",
};
const NEW: Tree = {
  "bin/web": (path) =>
    writeFile(path, Buffer.concat([program.subarray(0, 20_000), Buffer.from("changed"), program.subarray(20_000)]), { mode: 0o755 }),
  "bin/www": (path) => symlink("web", path),
  "lib64/core.bin": moved,
  "lib64/copy.bin": moved,
  "share/empty": "",
  "share/new": "something else entirely\n".repeat(100),
  "share/new-again": "something else entirely\n".repeat(100),
  "share/readme": "read me\n",
};

/** Two folders and the delta between them, with what applying it takes. */
async function scene(old: Tree = OLD, fresh: Tree = NEW) {
  const folder = await tempFolder();
  const [oldRoot, newRoot] = [await plant(join(folder, "old"), old), await plant(join(folder, "new"), fresh)];
  const made = await makeTreeDelta({ oldRoot, newRoot, spool: join(folder, "parts"), signal: NEVER });
  const deltaPath = join(folder, "delta");
  const bytes = Buffer.concat([made.head, await readFile(join(folder, "parts"))]);
  await writeFile(deltaPath, bytes);
  const target = join(folder, "made");
  const apply = (change: { readonly newTree?: string; readonly signal?: AbortSignal } = {}): Promise<void> =>
    applyTreeDelta({ deltaPath, oldRoot, newRoot: target, temporary: `${target}.making`, newTree: made.newTree, signal: NEVER, ...change });
  return { folder, oldRoot, newRoot, target, made, deltaPath, bytes, apply };
}

const listing = async (root: string): Promise<string> => writeTreeListing(await listTree(root));
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

describe("a delta between folders", () => {
  it("makes the very tree, and sends no bytes that are there under any name", async () => {
    const { oldRoot, newRoot, target, made, bytes, apply } = await scene();
    expect(made.files).toEqual({ kept: 3, again: 1, delta: 1, whole: 2 });
    expect(bytes.length).toBeLessThan(2000);
    await apply();
    expect(await listing(target)).toBe(await listing(newRoot));
    expect(await readlink(join(target, "bin/www"))).toBe("web");
    expect((await lstat(join(target, "bin/web"))).mode & 0o777).toBe(0o555);
    expect(await readFile(join(oldRoot, "bin/web"))).toEqual(program);
    for (const path of ["bin", "lib64", "share", ""]) await chmod(join(target, path), 0o755);
  });

  it("is refused for another old tree, for a damaged one and for another new one, and leaves nothing", async () => {
    const { folder, oldRoot, target, apply } = await scene();
    await expect(apply({ newTree: "0".repeat(64) })).rejects.toMatchObject({ code: "DELTA_INVALID" });
    await writeFile(join(oldRoot, "share/readme"), "read mf\n");
    await expect(apply()).rejects.toMatchObject({ code: "DELTA_INVALID", message: expect.stringContaining("another tree") as unknown });
    expect(await isThere(target)).toBe(false);
    expect((await readdir(folder)).toSorted()).toEqual(["delta", "new", "old", "parts"]);
  });

  it("is stopped when it is told to", async () => {
    const { folder, apply } = await scene();
    await expect(apply({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await readdir(folder)).not.toContain("made");
  });

  it("refuses folders with what no host would unpack", async () => {
    const out: Tree = { file: "x", link: (path) => symlink("../../etc/passwd", path) };
    await expect(scene(OLD, out)).rejects.toMatchObject({ code: "ARTIFACT_ARCHIVE_REFUSED" });
    await expect(scene(OLD, { "empty/.keep": (path) => mkdir(path).then(() => undefined) })).rejects.toMatchObject({
      code: "ARTIFACT_ARCHIVE_REFUSED",
    });
  });

  it("never leads anywhere else, whatever byte of it is damaged", async () => {
    const { newRoot, target, deltaPath, bytes, apply } = await scene();
    const random = seededRandom(20261121);
    const right = await listing(newRoot);
    for (let round = 0; round < 150; round += 1) {
      const damaged = Buffer.from(bytes);
      const at = Math.floor(random() * damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      await writeFile(deltaPath, damaged.subarray(0, random() < 0.1 ? at : damaged.length));
      const code = await apply().then(
        () => "made",
        (thrown: unknown) => (thrown instanceof Error && "code" in thrown ? thrown.code : String(thrown)),
      );
      expect(["made", "DELTA_INVALID", "ARTIFACT_ARCHIVE_REFUSED"]).toContain(code);
      const found = (await isThere(target)) ? await listing(target) : undefined;
      expect(found).toBe(code === "made" ? right : undefined);
      await removeTree(target);
    }
  });
});

describe("a delta between folders that was mutated", () => {
  it("is refused or leads to the tree that it names, and writes nowhere else", { timeout: 300_000 }, async () => {
    const seed = seedOfRun();
    const { refused, findings } = await millTreeDeltas(1000, seededRandom(seed));
    expect(findings, `seed ${seed}`).toEqual([]);
    expect(refused).toBeGreaterThan(800);
  });
});

describe("a delta between folders that somebody made to mean harm", () => {
  type Harm = { readonly entries: readonly TreeEntry[]; readonly parts: readonly PartSource[]; readonly partBytes?: number };
  const file = (path: string, sizeBytes = 1) => ({ kind: "file" as const, path, mode: 0o444, sizeBytes, sha256: "0".repeat(64) });
  const held = (path: string, sizeBytes = program.length) => ({ ...file(path, sizeBytes), sha256: hash("sha256", program) });
  const CASES: Readonly<Record<string, Harm>> = {
    "writes outside of its folder": { entries: [held("../up")], parts: [] },
    "writes to an absolute path": { entries: [held("/tmp/up")], parts: [] },
    "reads outside of the old tree": { entries: [file("a")], parts: [["matches", "../new/bin/web", 50]], partBytes: 50 },
    "reads through a link of its own": {
      entries: [{ kind: "symlink", path: "a", target: "/etc/passwd" }, file("b")],
      parts: [["dictionary", "a", 50]],
      partBytes: 50,
    },
    "writes through a link of its own": { entries: [{ kind: "symlink", path: "a", target: "/tmp" }, held("a/b")], parts: [] },
    "has fewer sources than files": { entries: [file("a"), { ...file("b"), sha256: "1".repeat(64) }], parts: [["whole", 9]], partBytes: 9 },
    "has more sources than files": { entries: [held("a")], parts: [["whole", 9]], partBytes: 9 },
    "names more bytes than it has": { entries: [file("a")], parts: [["whole", 1000]] },
    "names files of other bytes": { entries: [held("a", 1)], parts: [] },
    "makes a large file with a dictionary": {
      entries: [file("a", 2 ** 23)],
      parts: [["dictionary", "bin/web", 50]],
      partBytes: 50,
    },
  };

  it.each(Object.keys(CASES))("%s is refused", async (name) => {
    const { oldRoot, folder, target } = await scene();
    const { entries, parts, partBytes = 0 } = CASES[name] ?? { entries: [], parts: [] };
    const text = writeTreeListing(entries);
    const deltaPath = join(folder, "harm");
    const head = await encodeTreeDelta(await listing(oldRoot), text, parts);
    await writeFile(deltaPath, Buffer.concat([head, Buffer.alloc(partBytes)]));
    const job = { deltaPath, oldRoot, newRoot: target, temporary: `${target}.making`, newTree: treeDigest(text), signal: NEVER };
    await expect(applyTreeDelta(job)).rejects.toMatchObject({
      code: expect.stringMatching(/^(DELTA_INVALID|ARTIFACT_ARCHIVE_REFUSED)$/) as unknown,
    });
    for (const path of [target, `${target}.making`, `${target}.making.delta`, `${target}.making.made`])
      expect(await isThere(path)).toBe(false);
  });
});
