import type { UploadParts } from "./upload-parts.ts";
import { UploadRepository } from "./upload-repository.ts";

/** At most one row and one live event per upload within this time, however fast the bytes come. */
const STEP_MS = 500;

/** Tells how far transfers are, throttled per upload. Losing one of its writes loses nothing. */
export class UploadProgress {
  readonly #parts: Pick<UploadParts, "store" | "clock" | "logger">;
  readonly #toldAt = new Map<string, number>();

  constructor(parts: Pick<UploadParts, "store" | "clock" | "logger">) {
    this.#parts = parts;
  }

  /** Notes that `receivedBytes` of the upload are here. Never throws. */
  note(uploadId: string, receivedBytes: number): void {
    const now = this.#parts.clock.monotonicMs();
    if (now - (this.#toldAt.get(uploadId) ?? Number.NEGATIVE_INFINITY) < STEP_MS) return;
    this.#toldAt.set(uploadId, now);
    this.#tell(uploadId, receivedBytes).catch((thrown: unknown) =>
      this.#parts.logger.warn({ err: thrown, uploadId }, "the progress of an upload was not noted"),
    );
  }

  /** Forgets an upload that ended. */
  forget(uploadId: string): void {
    this.#toldAt.delete(uploadId);
  }

  async #tell(uploadId: string, receivedBytes: number): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      if (await new UploadRepository(unit.db).progress(uploadId, receivedBytes, unit.now))
        unit.emit({ topic: "upload.progressed", ids: { uploadId } });
    });
  }
}
