import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { ReleaseTree, ReleaseTreeDelta } from "#shared/domain/release/tree-delta.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { makeTreeDelta } from "#main/node/delta/tree/make-tree-delta.ts";
import { unpackSide } from "#main/node/delta/tree/unpack-side.ts";
import type { StubBase } from "./control-plane-stub-deltas.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A delta between what two archives unpack to, with its file, as a control plane publishes it. */
export type StubTreeDelta = { readonly delta: ReleaseTreeDelta; readonly newTree: string; readonly bytes: Buffer };

/** Makes a real delta between what two archives unpack to. */
export async function stubTreeDelta(from: StubBase, fresh: Buffer): Promise<StubTreeDelta> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-stub-"));
  try {
    return await makeWithin(folder, from, fresh);
  } finally {
    await removeTree(folder);
  }
}

async function makeWithin(folder: string, from: StubBase, fresh: Buffer): Promise<StubTreeDelta> {
  const { signal } = new AbortController();
  const [oldRoot, newRoot, spool] = [join(folder, "old"), join(folder, "new"), join(folder, "parts")];
  for (const [root, archive] of [
    [oldRoot, from.bytes],
    [newRoot, fresh],
  ] as const) {
    await writeFile(`${root}.archive`, archive);
    await unpackSide(`${root}.archive`, root, signal);
  }
  const made = await makeTreeDelta({ oldRoot, newRoot, spool, signal });
  const bytes = Buffer.concat([made.head, await readFile(spool)]);
  return { delta: nameTreeDelta(from, made.oldTree, bytes), newTree: made.newTree, bytes };
}

/** What is signed about the bytes of a delta between trees, whatever they are. */
export function nameTreeDelta(from: StubBase, tree: string, bytes: Buffer): ReleaseTreeDelta {
  const start = { version: from.version, sha256: sha256(from.bytes), sizeBytes: from.bytes.length, tree };
  return { from: start, codec: "tree", sizeBytes: bytes.length, sha256: sha256(bytes) };
}

/** Signs what an archive unpacks to, and what leads there, into every artifact of a manifest. */
export function withTree(tree: ReleaseTree): (manifest: ReleaseManifest) => ReleaseManifest {
  return (manifest) => ({ ...manifest, artifacts: manifest.artifacts.map((artifact) => ({ ...artifact, tree })) });
}
