import type { MemberHead } from "./archive-member.ts";
import { archiveRefusal } from "./archive-refusal.ts";
import { linkTarget } from "./link-target.ts";
import { memberPath } from "./member-path.ts";
import type { UnpackLimits } from "./unpack-limits.ts";

/** One thing that will lie in the tree. Modes are ours: read-only, and without setuid, setgid and sticky bits. */
export type PlannedEntry =
  | { readonly kind: "folder"; readonly path: string; readonly mode: 0o555 }
  | { readonly kind: "file"; readonly path: string; readonly mode: 0o444 | 0o555; readonly sizeBytes: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  /** The same file under another name; `target` is a file that was planned before. */
  | { readonly kind: "hardlink"; readonly path: string; readonly target: string };

/** Everything that an archive amounts to, in the order of the archive. `skipped` entries (its own root) get no place. */
export type UnpackPlan = { readonly entries: readonly PlannedEntry[]; readonly totalBytes: number };

/**
 * Judges an archive entry by entry, without a disk. Whatever two readers could take differently is refused: names twice,
 * entries beneath a link, links that leave the tree by any way.
 */
export class UnpackPlanner {
  readonly #limits: UnpackLimits;
  readonly #entries: PlannedEntry[] = [];
  readonly #byPath = new Map<string, PlannedEntry>();
  readonly #byFoldedPath = new Map<string, string>();
  #totalBytes = 0;

  constructor(limits: UnpackLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next entry.
   *
   * @returns its place; undefined for the archive's own root or a folder that is there already.
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED.
   */
  add(head: MemberHead): PlannedEntry | undefined {
    const { path, refused } = memberPath(head.path, this.#limits);
    if (refused !== undefined) throw archiveRefusal(refused, head.path);
    if (path === "" && head.kind === "folder") return undefined;
    if (path === "") throw archiveRefusal("it has no name", head.path);
    const entry = this.#judge(head, path);
    this.#addParents(path);
    const before = this.#byPath.get(path);
    if (before?.kind === "folder" && entry.kind === "folder") return undefined;
    if (before !== undefined) throw archiveRefusal("it is in there twice", path);
    this.#put(entry);
    return entry;
  }

  /**
   * Ends the plan.
   *
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED when a link leaves the tree, which only the whole tree tells.
   */
  finish(): UnpackPlan {
    const symlinks = this.#entries.filter((one) => one.kind === "symlink");
    const links = new Map(symlinks.map(({ path, target }) => [this.#fold(path), this.#fold(target)]));
    const stray = symlinks.find(({ path }) => linkTarget(this.#fold(path), links) === undefined);
    if (stray !== undefined) throw archiveRefusal(`this link leads out of the archive (${stray.target.slice(0, 120)})`, stray.path);
    if (!this.#entries.some((one) => one.kind === "file")) throw archiveRefusal("it holds no file");
    return { entries: this.#entries, totalBytes: this.#totalBytes };
  }

  #judge(head: MemberHead, path: string): PlannedEntry {
    switch (head.kind) {
      case "folder":
        return { kind: "folder", path, mode: 0o555 };
      case "file":
        return { kind: "file", path, mode: isProgram(head.mode) ? 0o555 : 0o444, sizeBytes: this.#count(head.sizeBytes) };
      case "symlink":
        if (/\p{Cc}/u.test(head.target ?? "")) throw archiveRefusal("its target has a control character", path);
        return { kind: "symlink", path, target: head.target ?? "" };
      case "hardlink":
        return { kind: "hardlink", path, target: this.#fileBehind(head, path) };
      case "other":
        throw archiveRefusal(`it is no file, folder or link (${head.what ?? "unknown"})`, path);
    }
  }

  #count(sizeBytes: number): number {
    this.#totalBytes += sizeBytes;
    if (this.#totalBytes > this.#limits.totalBytes) throw archiveRefusal(`its files are more than ${this.#limits.totalBytes} bytes`);
    return sizeBytes;
  }

  #fileBehind(head: MemberHead, path: string): string {
    const target = memberPath(head.target ?? "", this.#limits);
    const file = target.path === undefined ? undefined : this.#byPath.get(target.path);
    if (file?.kind !== "file") throw archiveRefusal("this hard link is to no file that came before it", path);
    return file.path;
  }

  #addParents(path: string): void {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts.slice(0, depth).join("/");
      const there = this.#byPath.get(parent);
      if (there === undefined) this.#put({ kind: "folder", path: parent, mode: 0o555 });
      else if (there.kind !== "folder") throw archiveRefusal(`it lies beneath ${parent}, which is no folder`, path);
    }
  }

  /** What the disk takes a name for. */
  #fold(path: string): string {
    return this.#limits.foldsCase ? path.normalize("NFC").toLowerCase() : path;
  }

  #put(entry: PlannedEntry): void {
    if (this.#entries.length >= this.#limits.entries) throw archiveRefusal(`it has more than ${this.#limits.entries} entries`);
    const folded = this.#fold(entry.path);
    const other = this.#byFoldedPath.get(folded);
    if (other !== undefined) throw archiveRefusal(`it is the same as ${other} on this system`, entry.path);
    this.#byFoldedPath.set(folded, entry.path);
    this.#byPath.set(entry.path, entry);
    this.#entries.push(entry);
  }
}

/** Archives of systems without permissions have none; there every file may be the program. */
const isProgram = (mode: number | undefined): boolean => mode === undefined || (mode & 0o111) !== 0;
