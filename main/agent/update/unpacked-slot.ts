import { dirname } from "node:path";
import { stat } from "node:fs/promises";
import { readTreeListing, treeDigest } from "#main/node/archive/tree-listing.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { unpackArchive } from "#main/node/archive/unpack-archive.ts";
import { stampTree, verifyTree } from "#main/node/archive/verify-tree.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isDamage, isNotFound } from "#main/node/disk-error.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import type { DurableDocument } from "../state/durable-document.ts";
import { checkRoom } from "./disk-room.ts";
import type { SlotFiles } from "./slot-files.ts";
import { keepSeal, readSeal, type SlotSeal } from "./slot-seal.ts";

/** A hundred thousand entries with long names. */
const MOST_LISTING_BYTES = 64 * 1024 * 1024;

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
        await writeFileAtomic(this.#listingPath, text, 0o444);
        await this.#seal.write({ schema: 1, tree: { sha256: treeDigest(text), totalBytes: bytesOf(text) } });
      },
    });
    const seal = await readSeal(this.#seal);
    if (seal !== undefined) await this.#seal.write({ ...seal, stamp: await stampTree(this.artifactPath) });
  }

  async isIntact(): Promise<boolean> {
    const seal = await readSeal(this.#seal);
    if (seal?.tree === undefined) return false;
    try {
      const listing = (await readBoundedFile(this.#listingPath, MOST_LISTING_BYTES)).toString("utf8");
      if (treeDigest(listing) !== seal.tree.sha256) return false;
      const stamp = await stampTree(this.artifactPath);
      const verdict = await verifyTree(this.artifactPath, readTreeListing(listing));
      if (verdict === "damaged") return false;
      const present = verdict === "mended" ? await stampTree(this.artifactPath) : stamp;
      if (seal.stamp !== present) await keepSeal(this.#seal, { ...seal, stamp: present });
      return true;
    } catch (thrown) {
      if (isDamage(thrown)) return false;
      throw thrown;
    }
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
