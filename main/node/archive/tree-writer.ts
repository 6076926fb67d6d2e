import { createHash } from "node:crypto";
import { join } from "node:path";
import { syncFolder } from "../atomic-write.ts";
import type { NodeFs } from "../node-fs.ts";
import { archiveRefusal } from "./archive-refusal.ts";
import type { TreeEntry } from "./tree-listing.ts";
import type { PlannedEntry } from "./unpack-plan.ts";

type PlannedFile = Extract<PlannedEntry, { kind: "file" }>;

/**
 * Writes a planned tree into a folder of its own and makes it durable: folders first, then each file as its bytes come,
 * then links, and last every folder is closed to writing and synced, the deepest first.
 */
export class TreeWriter {
  readonly #root: string;
  readonly #fs: NodeFs;
  #plan: readonly PlannedEntry[] = [];
  readonly #files = new Map<string, Extract<TreeEntry, { kind: "file" }>>();

  constructor(root: string, fs: NodeFs) {
    this.#root = root;
    this.#fs = fs;
  }

  /** Makes the folders of the plan, open for writing. The root must not be there yet. */
  async begin(plan: readonly PlannedEntry[]): Promise<void> {
    this.#plan = plan;
    await this.#fs.mkdir(this.#root, { mode: 0o755 });
    // Parents stand before what lies in them, since the planner adds them so.
    for (const { path } of this.#folders()) await this.#fs.mkdir(join(this.#root, path), { mode: 0o755 });
  }

  /**
   * Writes one planned file.
   *
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED when its bytes are not as many as was planned.
   */
  async writeFile({ path, mode, sizeBytes }: PlannedFile, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash("sha256");
    let written = 0;
    const file = await this.#fs.open(join(this.#root, path), "wx", 0o600);
    try {
      for await (const piece of bytes) {
        written += piece.length;
        if (written > sizeBytes) break;
        hash.update(piece);
        await file.writeFile(piece);
      }
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    if (written !== sizeBytes) throw archiveRefusal("it is not as long as the archive says", path);
    this.#files.set(path, { kind: "file", path, mode, sizeBytes, sha256: hash.digest("hex") });
  }

  /** Adds the links, closes and syncs the folders, and tells what lies there now. */
  async finish(): Promise<readonly TreeEntry[]> {
    const entries: TreeEntry[] = [];
    for (const entry of this.#plan) entries.push(await this.#finishEntry(entry));
    for (const { path, mode } of this.#folders().toReversed()) await this.#closeFolder(join(this.#root, path), mode);
    await this.#closeFolder(this.#root, 0o555);
    return entries;
  }

  async #finishEntry(entry: PlannedEntry): Promise<TreeEntry> {
    switch (entry.kind) {
      case "folder":
        return entry;
      case "file":
        return this.#written(entry.path);
      case "symlink":
        await this.#fs.symlink(entry.target, join(this.#root, entry.path));
        return entry;
      case "hardlink":
        await this.#fs.link(join(this.#root, entry.target), join(this.#root, entry.path));
        return { ...this.#written(entry.target), path: entry.path };
    }
  }

  #written(path: string): Extract<TreeEntry, { kind: "file" }> {
    const file = this.#files.get(path);
    if (file === undefined) throw archiveRefusal("it changed while it was read", path);
    return file;
  }

  #folders(): readonly Extract<PlannedEntry, { kind: "folder" }>[] {
    return this.#plan.filter((entry) => entry.kind === "folder");
  }

  async #closeFolder(path: string, mode: number): Promise<void> {
    await this.#fs.chmod(path, mode);
    await syncFolder(path, this.#fs);
  }
}
