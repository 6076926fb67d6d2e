import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { seededRandom } from "#test/builders/seeded-random.ts";

/** A change of names that its folder's blocks do not hold yet, with how to take it back. */
type NameChange = { readonly folders: readonly string[]; readonly undo: () => void };

/** A file whose bytes the disk does not hold yet: how long it was when it last did, and a copy of that where it was rewritten. */
type DirtyFile = { syncedBytes: number; readonly copy: string | undefined };

/** Files that grow for people alone; nothing decides by them. */
const isLog = (path: string): boolean => path.endsWith(".log");

/**
 * What a power cut would take: file bytes since the last fsync of the file, names since the last fsync of their folder.
 * Names go from some point on, as a journaling file system loses them; which point, a seed says.
 */
export class Unsynced {
  readonly #backups: string;
  readonly #folder: string;
  #names: NameChange[] = [];
  readonly #files = new Map<string, DirtyFile>();
  #backupCount = 0;

  /** @param folder the state folder; a folder beside it keeps what may have to come back. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#backups = mkdtempSync(join(dirname(folder), ".unsynced-"));
  }

  /** The process ends in order: nothing is lost. */
  forget(): void {
    rmSync(this.#backups, { recursive: true, force: true });
  }

  /** Whether a path is the agent's own. */
  isOwn(path: string): boolean {
    return path.startsWith(`${this.#folder}/`) && !isLog(path);
  }

  /** A file is about to be opened for writing; `truncates` empties it. */
  opening(path: string, truncates: boolean): void {
    if (!this.isOwn(path)) return;
    if (!this.#isThere(path)) return this.creating(path);
    if (truncates && !this.#files.has(path)) this.#files.set(path, { syncedBytes: statSync(path).size, copy: this.#copy(path) });
  }

  /** A file or a link is about to come to be. */
  creating(path: string): void {
    if (!this.isOwn(path) || this.#isThere(path)) return;
    this.#files.set(path, { syncedBytes: 0, copy: undefined });
    this.#names.push({ folders: [dirname(path)], undo: () => rmSync(path, { force: true }) });
  }

  /** A folder is about to come to be, with those above it that are missing. */
  makingFolder(path: string): void {
    if (!this.isOwn(path) || existsSync(path)) return;
    this.makingFolder(dirname(path));
    this.#names.push({ folders: [dirname(path)], undo: () => rmSync(path, { recursive: true, force: true }) });
  }

  /** Bytes are about to be written. */
  writing(path: string): void {
    if (!this.isOwn(path) || this.#files.has(path) || !existsSync(path)) return;
    this.#files.set(path, { syncedBytes: statSync(path).size, copy: undefined });
  }

  renaming(from: string, to: string): void {
    if (!this.isOwn(to)) return;
    const replaced = this.#backup(to);
    const undo = (): void => {
      if (!this.#isThere(to)) return;
      // Where this is lost, so is the removal of the folder that came after it.
      mkdirSync(dirname(from), { recursive: true });
      renameSync(to, from);
      if (replaced !== undefined) renameSync(replaced, to);
    };
    this.#names.push({ folders: [dirname(from), dirname(to)], undo });
    const dirty = this.#files.get(from);
    this.#files.delete(from);
    this.#files.delete(to);
    if (dirty !== undefined) this.#files.set(to, dirty);
  }

  removing(path: string): void {
    if (!this.isOwn(path) || !this.#isThere(path) || this.#isFolder(path)) return;
    const removed = this.#backup(path);
    this.#files.delete(path);
    if (removed !== undefined) this.#names.push({ folders: [dirname(path)], undo: () => renameSync(removed, path) });
  }

  /** A file or folder was synced. */
  synced(path: string): void {
    this.#files.delete(path);
    this.#names = this.#names.filter(({ folders }) => !folders.includes(path));
  }

  /** Takes away what a power cut would take. */
  lose(seed: number): void {
    const random = seededRandom(seed);
    for (const [path, { syncedBytes, copy }] of this.#files) {
      if (!this.#isThere(path) || this.#isLink(path)) continue;
      if (copy === undefined) truncateSync(path, Math.min(syncedBytes, statSync(path).size));
      else copyFileSync(copy, path);
    }
    const kept = Math.floor(random() * (this.#names.length + 1));
    for (const { undo } of this.#names.slice(kept).toReversed()) undo();
    this.forget();
  }

  #isThere(path: string): boolean {
    return existsSync(path) || this.#isLink(path);
  }

  #isLink(path: string): boolean {
    try {
      return readlinkSync(path) !== "";
    } catch {
      return false;
    }
  }

  #isFolder(path: string): boolean {
    return !this.#isLink(path) && statSync(path).isDirectory();
  }

  #copy(path: string): string {
    const copy = this.#nextBackup();
    copyFileSync(path, copy);
    return copy;
  }

  #nextBackup(): string {
    return join(this.#backups, String((this.#backupCount += 1)));
  }

  /** A second name for the same file (or link), which stays when the first goes. */
  #backup(path: string): string | undefined {
    if (!this.#isThere(path) || this.#isFolder(path)) return undefined;
    const backup = this.#nextBackup();
    linkSync(path, backup);
    return backup;
  }
}
