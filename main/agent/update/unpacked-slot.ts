import { dirname } from "node:path";
import { chmod, rename, stat } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { MOST_LISTING_BYTES, readTreeListing, treeDigest, writeTreeListing } from "#main/node/archive/tree-listing.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { unpackArchive } from "#main/node/archive/unpack-archive.ts";
import { stampTree, verifyTree } from "#main/node/archive/verify-tree.ts";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isDamage, isNotFound } from "#main/node/disk-error.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import type { DurableDocument } from "../state/durable-document.ts";
import { checkRoom } from "./disk-room.ts";
import { lookTwice } from "./look-twice.ts";
import type { SlotFiles } from "./slot-files.ts";
import { keepSeal, readSeal, type SlotSeal } from "./slot-seal.ts";

/** What unpacking a version needs beside its archive. */
export type UnpackTerms = {
  readonly budgetBytes: number | undefined;
  readonly signal: AbortSignal;
  /** Judges the tree before it can be started from; throws what it finds. */
  readonly check: (folder: string) => Promise<void>;
};

function bytesOf(listing: string): number {
  return readTreeListing(listing).reduce((sum, entry) => sum + (entry.kind === "file" ? entry.sizeBytes : 0), 0);
}

/** A folder that cannot be read as hosts hold one is none that was made here. */
function unlessDamaged(thrown: unknown): undefined {
  if (isDamage(thrown) || (thrown instanceof AppError && thrown.code === "ARTIFACT_ARCHIVE_REFUSED")) return undefined;
  throw thrown;
}

/**
 * A version that is the unpacked files of an archive.
 *
 *     <digest>.unpacked/     the files, read-only        <digest>.tree       their canonical listing
 *     <digest>.unpacking/    the same while it grows     <digest>.seal.json  the listing's digest
 */
export class UnpackedSlot implements SlotFiles {
  readonly artifactPath: string;
  readonly #base: string;
  readonly #seal: DurableDocument<SlotSeal>;

  /** @param base the path of the slot without an ending. */
  constructor(base: string, seal: DurableDocument<SlotSeal>) {
    this.#base = base;
    this.artifactPath = `${base}.unpacked`;
    this.#seal = seal;
  }

  get folder(): string {
    return this.artifactPath;
  }

  async isHere(): Promise<boolean> {
    return stat(this.artifactPath).then(
      (found) => found.isDirectory(),
      (thrown: unknown) => !isNotFound(thrown),
    );
  }

  /**
   * Unpacks a verified archive into the slot, whole or not at all. The archive stays where it is.
   *
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED, ENV_DISK_FULL, and what the check throws.
   */
  async unpack(archive: string, { budgetBytes, signal, check }: UnpackTerms): Promise<void> {
    const temporary = `${this.#base}.unpacking`;
    // Damaged, or it would not be unpacked again.
    await removeTree(this.artifactPath);
    await unpackArchive({
      archive,
      folder: this.artifactPath,
      temporary,
      budgetBytes,
      signal,
      checkRoom: (bytes) => checkRoom(dirname(this.#base), bytes),
      beforeVisible: async (text) => {
        await check(temporary);
        await this.#note(text);
      },
    });
    await this.#stamp();
  }

  /**
   * Takes over a whole tree that was made without its archive, whole or not at all. Every file of it is read once more.
   *
   * @param made a folder on the same disk; it is moved, not copied.
   * @returns whether its digest is the signed one. False leaves the folder where it is.
   * @throws AppError what the check throws.
   */
  async adopt(made: string, tree: string, { check, signal }: Pick<UnpackTerms, "check" | "signal">): Promise<boolean> {
    const listing = await listTree(made, signal).then(writeTreeListing, unlessDamaged);
    if (listing === undefined || treeDigest(listing) !== tree) return false;
    await check(made);
    const temporary = `${this.#base}.unpacking`;
    for (const path of [this.artifactPath, temporary]) await removeTree(path);
    // A folder that goes to another parent must be one that may be written to (rename(2)).
    await chmod(made, 0o755);
    await rename(made, temporary);
    await chmod(temporary, 0o555);
    await syncFolder(temporary);
    await this.#note(listing);
    await rename(temporary, this.artifactPath);
    await syncFolder(dirname(this.#base));
    await this.#stamp();
    return true;
  }

  /** What is believed of the slot from now on; before it can be seen. */
  async #note(listing: string): Promise<void> {
    await writeFileAtomic(this.#listingPath, listing, 0o444);
    await this.#seal.write({ schema: 1, tree: { sha256: treeDigest(listing), totalBytes: bytesOf(listing) } });
  }

  async #stamp(): Promise<void> {
    const seal = await readSeal(this.#seal);
    if (seal !== undefined) await this.#seal.write({ ...seal, stamp: await stampTree(this.artifactPath) });
  }

  isIntact(): Promise<boolean> {
    return lookTwice(() => this.#isAsListed());
  }

  async #isAsListed(): Promise<boolean> {
    const seal = await readSeal(this.#seal);
    if (seal?.tree === undefined) return false;
    const listing = (await readBoundedFile(this.#listingPath, MOST_LISTING_BYTES)).toString("utf8");
    if (treeDigest(listing) !== seal.tree.sha256) return false;
    const stamp = await stampTree(this.artifactPath);
    const verdict = await verifyTree(this.artifactPath, readTreeListing(listing));
    if (verdict === "damaged") return false;
    const present = verdict === "mended" ? await stampTree(this.artifactPath) : stamp;
    if (seal.stamp !== present) await keepSeal(this.#seal, { ...seal, stamp: present });
    return true;
  }

  async isUnchanged(): Promise<boolean> {
    // One look that failed is no loss yet: reading it all decides.
    const stamp = await stampTree(this.artifactPath).catch(() => undefined);
    return (stamp !== undefined && (await readSeal(this.#seal))?.stamp === stamp) || this.isIntact();
  }

  async sizeBytes(): Promise<number> {
    return (await readSeal(this.#seal))?.tree?.totalBytes ?? 0;
  }

  get #listingPath(): string {
    return `${this.#base}.tree`;
  }
}
