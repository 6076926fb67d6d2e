import type { Readable } from "node:stream";
import { FileStore } from "@tus/file-store";
import { Upload } from "@tus/server";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { UploadFiles } from "#main/control-plane/ports/upload-files.ts";

/** With less than this left, a write that failed has failed for want of space. */
const FULL_BELOW_BYTES = 16 * 1024 * 1024;

/** What the store asks about uploads. */
export type KnownUploads = Pick<ControlPlane["uploads"], "get" | "discard">;

/**
 * The tus file store over the folder of the `UploadFiles` port. It knows only creation and termination: lengths are
 * announced, since room is checked before the first byte, and abandoned uploads are the control plane's to forget.
 */
export class UploadFileStore extends FileStore {
  readonly #files: UploadFiles;
  readonly #uploads: KnownUploads;

  constructor(directory: string, files: UploadFiles, uploads: KnownUploads) {
    super({ directory });
    this.#files = files;
    this.#uploads = uploads;
    this.extensions = ["creation", "creation-with-upload", "termination"];
  }

  /** Names a full disk, which the library reports like any other failure. What arrived is kept, so the sender can go on. */
  override async write(readable: Readable, fileId: string, offset: number): Promise<number> {
    try {
      return await super.write(readable, fileId, offset);
    } catch (cause) {
      const freeBytes = await this.#files.freeBytes();
      if (freeBytes >= FULL_BELOW_BYTES) throw cause;
      throw new AppError("ENV_DISK_FULL", `The disk has ${formatBytes(freeBytes)} left; what arrived so far is kept.`, { cause });
    }
  }

  /** A sender that missed the last answer asks again after the file was taken over: it is told that all bytes are here. */
  override async getUpload(id: string): Promise<Upload> {
    try {
      return await super.getUpload(id);
    } catch (thrown) {
      const known = await this.#uploads.get(id).catch(() => undefined);
      if (known === undefined || known.state === "receiving" || known.state === "failed") throw thrown;
      return new Upload({ id, size: known.sizeBytes, offset: known.sizeBytes });
    }
  }

  /** The sender gave up: row and file go together. */
  override remove(id: string): Promise<void> {
    return this.#uploads.discard(id);
  }
}
