import { inspectArtifact } from "#shared/domain/artifact/inspect.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { toAppError, type AppError } from "#shared/errors/app-error.ts";
import type { IngestOptions, StoredBlob } from "../ports/blob-store.ts";
import type { UploadParts } from "./upload-parts.ts";
import type { UploadProgress } from "./upload-progress.ts";
import { UploadRepository } from "./upload-repository.ts";

/** A file that is fetched instead of sent. */
export type FileElsewhere = {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Hears as which upload it is fetched, before its first byte. */
  readonly onBegun: (uploadId: string) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Reads, verifies and stores files in the background, one read each, and notes how it ended.
 *
 *     receiving ──all bytes here──▶ verifying ──▶ ready ──release created──▶ consumed
 *         └──────────────┴── broken, changed, too large, disk full ──▶ failed
 *
 * A stop or a kill in the middle leaves the row as it is; the next start goes on with it.
 */
export class UploadIntake {
  readonly #parts: UploadParts;
  readonly #progress: UploadProgress;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: UploadParts, progress: UploadProgress) {
    this.#parts = parts;
    this.#progress = progress;
  }

  /** Takes over the file that a transport finished. Answers at once. */
  verify(upload: Upload): void {
    const { blobs, files } = this.#parts;
    void this.#begin(upload, async (options) => {
      await this.#parts.store.write(async (unit) => {
        if (await new UploadRepository(unit.db).verifying(upload.id, upload.sizeBytes, unit.now))
          unit.emit({ topic: "upload.progressed", ids: { uploadId: upload.id } });
      });
      const sha256 = await new UploadRepository(this.#parts.store.read).announcedSha256(upload.id);
      const expected = { sizeBytes: upload.sizeBytes, ...(sha256 === undefined ? {} : { sha256 }) };
      return blobs.adopt(files.path(upload.id), { ...options, expected });
    });
  }

  /** Copies a file of this machine. Answers at once. */
  importFile(upload: Upload, path: string): void {
    const onBytes = (totalBytes: number): void => this.#progress.note(upload.id, totalBytes);
    void this.#begin(upload, (options) =>
      this.#parts.blobs.importFile(path, { ...options, onBytes, expected: { sizeBytes: upload.sizeBytes } }),
    );
  }

  /** Reads a file from elsewhere, unless `signal` ends it; resolves when its row says how that ended. */
  fetch(upload: Upload, { sha256, open, signal }: Pick<FileElsewhere, "sha256" | "open" | "signal">): Promise<void> {
    const onBytes = (totalBytes: number): void => this.#progress.note(upload.id, totalBytes);
    const expected = { sizeBytes: upload.sizeBytes, ...(sha256 === undefined ? {} : { sha256 }) };
    return this.#begin(upload, async (options) => {
      const either = AbortSignal.any([signal, ...(options.signal === undefined ? [] : [options.signal])]);
      return this.#parts.blobs.ingest(await open(), { signal: either, onBytes, expected });
    });
  }

  /** Ends what runs, so that the next start goes on with it; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  /** Resolves when nothing is being verified. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(upload: Upload, store: (options: IngestOptions) => Promise<StoredBlob>): Promise<void> {
    const running = this.#run(upload, store).finally(() => {
      this.#running.delete(running);
      this.#progress.forget(upload.id);
    });
    this.#running.add(running);
    return running;
  }

  async #run(upload: Upload, store: (options: IngestOptions) => Promise<StoredBlob>): Promise<void> {
    try {
      const stored = await store({ signal: this.#stopping.signal });
      await this.#noteReady(upload, stored);
      await this.#parts.files.remove(upload.id);
    } catch (thrown) {
      if (!this.#stopping.signal.aborted) await this.#noteFailure(upload, toAppError(thrown));
    }
  }

  async #noteReady(upload: Upload, stored: StoredBlob): Promise<void> {
    const inspection = inspectArtifact(upload.fileName, stored.head);
    await this.#parts.store.write(async (unit) => {
      if (!(await new UploadRepository(unit.db).ready(upload.id, { ...stored, inspection }, unit.now))) return;
      unit.emit({ topic: "upload.ready", ids: { uploadId: upload.id } });
    });
  }

  /** Never throws: a failure that cannot be noted is met again at the next start. */
  async #noteFailure(upload: Upload, failure: AppError): Promise<void> {
    const { store, files, logger } = this.#parts;
    if (failure.code === "INTERNAL") logger.error({ err: failure.cause, uploadId: upload.id }, "an upload failed unexpectedly");
    try {
      await store.write(async (unit) => {
        if (await new UploadRepository(unit.db).failed(upload.id, failure, unit.now))
          unit.emit({ topic: "upload.failed", ids: { uploadId: upload.id, code: failure.code } });
      });
      await files.remove(upload.id);
    } catch (thrown) {
      logger.error({ err: thrown, uploadId: upload.id }, "the failure of an upload could not be noted");
    }
  }
}
