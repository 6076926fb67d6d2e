import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { BlobExpectation, IngestOptions, StoredBlob } from "#main/control-plane/ports/blob-store.ts";
import { DigestMeter, type Measurement } from "#main/node/digest-meter.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { changed, readStableFile, requirePlainFile } from "#main/node/stable-file.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { errnoOf, toDiskError } from "#main/node/disk-error.ts";
import type { LayoutPaths } from "./layout-paths.ts";

/** Left free for the database and the trust files, without which nothing works. */
const RESERVE_BYTES = 32 * 1024 * 1024;
const NOTHING_STORED = "Nothing of the file was stored.";

/**
 * Brings bytes into the layout. Everything is written under `ingest/` first, synced, and appears under its digest by
 * one rename: a kill at any byte leaves the blobs folder as it was.
 */
export class BlobWriter {
  readonly #paths: LayoutPaths;
  readonly #fs: NodeFs;

  constructor(paths: LayoutPaths, fs: NodeFs) {
    this.#paths = paths;
    this.#fs = fs;
  }

  /** See BlobStore.ingest. */
  ingest(source: AsyncIterable<Uint8Array>, options: IngestOptions): Promise<StoredBlob> {
    return this.#ingest(source, options, options.expected?.sizeBytes);
  }

  /** See BlobStore.importFile. */
  async importFile(path: string, options: IngestOptions): Promise<StoredBlob> {
    const sizeBytes = await requirePlainFile(path, this.#fs);
    const { sizeBytes: seenBytes = sizeBytes, ...expected } = options.expected ?? {};
    if (sizeBytes !== seenBytes) throw changed(path);
    return this.#ingest(readStableFile(path, this.#fs), { ...options, expected }, sizeBytes);
  }

  /** See BlobStore.adopt. */
  async adopt(path: string, options: IngestOptions): Promise<StoredBlob> {
    const meter = new DigestMeter(INSPECTED_BYTES);
    for await (const chunk of readStableFile(path, this.#fs)) take(meter, chunk, options);
    const measured = meter.finish();
    requireExpected(measured, options.expected);
    const temporary = join(this.#paths.ingest, randomUUID());
    try {
      await this.#sync(path);
      await this.#fs.link(path, temporary);
      return await this.#publish(temporary, measured);
    } catch (thrown) {
      if (!isLinkRefused(thrown)) throw toDiskError(thrown, temporary);
      return await this.ingest(readStableFile(path, this.#fs), {
        expected: { sha256: measured.digests.sha256, sizeBytes: measured.sizeBytes },
      });
    } finally {
      await this.#fs.rm(temporary, { force: true });
    }
  }

  async #ingest(source: AsyncIterable<Uint8Array>, options: IngestOptions, roomBytes: number | undefined): Promise<StoredBlob> {
    const temporary = join(this.#paths.ingest, randomUUID());
    try {
      await this.#requireRoom(roomBytes);
      const measured = await this.#write(temporary, source, options);
      requireExpected(measured, options.expected);
      return await this.#publish(temporary, measured);
    } catch (thrown) {
      throw toDiskError(thrown, temporary);
    } finally {
      await this.#fs.rm(temporary, { force: true });
    }
  }

  async #write(path: string, source: AsyncIterable<Uint8Array>, options: IngestOptions): Promise<Measurement> {
    const meter = new DigestMeter(INSPECTED_BYTES);
    const file = await this.#fs.open(path, "wx", 0o600);
    try {
      for await (const chunk of source) {
        take(meter, chunk, options);
        // Why not write: it may write a part of the chunk only.
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return meter.finish();
  }

  async #sync(path: string): Promise<void> {
    const file = await this.#fs.open(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Renames over a blob that is there already, which mends one that was damaged on disk and renews its age. */
  async #publish(temporary: string, measured: Measurement): Promise<StoredBlob> {
    const target = join(this.#paths.blobs, measured.digests.sha256);
    const duplicate = await this.#fs.stat(target).then(
      () => true,
      () => false,
    );
    await this.#fs.utimes(temporary, new Date(), new Date());
    await this.#fs.rename(temporary, target);
    await syncFolder(this.#paths.blobs, this.#fs);
    return { ...measured, duplicate };
  }

  async #requireRoom(sizeBytes: number | undefined): Promise<void> {
    if (sizeBytes === undefined) return;
    const volume = await this.#fs.statfs(this.#paths.folder);
    const freeBytes = volume.bavail * volume.bsize;
    if (freeBytes >= sizeBytes + RESERVE_BYTES) return;
    throw new AppError(
      "ENV_DISK_FULL",
      `The disk has ${formatBytes(freeBytes)} left and the file needs ${formatBytes(sizeBytes)}. ${NOTHING_STORED}`,
    );
  }
}

function take(meter: DigestMeter, chunk: Uint8Array, options: IngestOptions): void {
  if (options.signal?.aborted === true) throw new AppError("CANCELLED", `The transfer was cancelled. ${NOTHING_STORED}`);
  meter.update(chunk);
  const limit = options.expected?.sizeBytes;
  if (limit !== undefined && meter.sizeBytes > limit)
    throw new AppError("ARTIFACT_DIGEST_MISMATCH", `More than the announced ${limit} bytes arrived. ${NOTHING_STORED}`);
  options.onBytes?.(meter.sizeBytes);
}

function requireExpected(measured: Measurement, expected: BlobExpectation | undefined): void {
  if (measured.sizeBytes === 0) throw new AppError("ARTIFACT_EMPTY", "The file is empty; nothing was stored.");
  if (expected?.sizeBytes !== undefined && expected.sizeBytes !== measured.sizeBytes) {
    throw new AppError("ARTIFACT_DIGEST_MISMATCH", `${measured.sizeBytes} of ${expected.sizeBytes} bytes arrived. ${NOTHING_STORED}`);
  }
  if (expected?.sha256 !== undefined && expected.sha256 !== measured.digests.sha256) {
    throw new AppError(
      "ARTIFACT_DIGEST_MISMATCH",
      `The bytes have the digest ${measured.digests.sha256}, not ${expected.sha256}. ${NOTHING_STORED}`,
    );
  }
}

/** Another volume, or a file system without hard links. */
function isLinkRefused(thrown: unknown): boolean {
  return ["EXDEV", "EPERM", "ENOTSUP", "EMLINK"].includes(errnoOf(thrown) ?? "");
}
