import { basename, isAbsolute } from "node:path";
import type { KnownBytes } from "#shared/contract/applications.ts";
import type { Digests, Inspection, Upload } from "#shared/domain/artifact/artifact.ts";
import { inspectArtifact, INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { fileName as fileNameSchema } from "#shared/lib/scalars.ts";
import type { OneAtATime } from "#main/node/one-at-a-time.ts";
import { requirePlainFile } from "#main/node/stable-file.ts";
import { findKnownBytes } from "./known-bytes.ts";
import { UploadIntake, type FileElsewhere } from "./upload-intake.ts";
import type { UploadParts } from "./upload-parts.ts";
import { UploadProgress } from "./upload-progress.ts";
import { UploadRepository, type NewUpload } from "./upload-repository.ts";

/** Kept free for the database while files come in. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** Files on their way in: begun by a transport or by a path, verified in the background, ready for a release. */
export class UploadService {
  readonly #parts: UploadParts;
  readonly #progress: UploadProgress;
  readonly #intake: UploadIntake;
  /** Shared with the collector, so that no blob is collected while somebody is claiming it. */
  readonly #claims: OneAtATime;

  constructor(parts: UploadParts, claims: OneAtATime) {
    this.#parts = parts;
    this.#claims = claims;
    this.#progress = new UploadProgress(parts);
    this.#intake = new UploadIntake(parts, this.#progress);
  }

  list(): Promise<Upload[]> {
    return this.#rows.listOpen();
  }

  /** @throws AppError NOT_FOUND. */
  get(id: string): Promise<Upload> {
    return this.#rows.require(id);
  }

  /**
   * A transport is about to receive a file. With `sha256`, what arrives is held against what was announced. The answer's id names the file of the `UploadFiles` port to write.
   *
   * @throws AppError INPUT_PATH_REFUSED, ARTIFACT_EMPTY, INPUT_TOO_LARGE, ENV_DISK_FULL; nothing was noted.
   */
  async begin(actor: string, draft: { readonly fileName: string; readonly sizeBytes: number; readonly sha256?: string }): Promise<Upload> {
    const fileName = requirePlainName(draft.fileName);
    await this.#requireRoom(fileName, draft.sizeBytes);
    return this.#insert({ id: this.#parts.ids.uuid(), fileName, sizeBytes: draft.sizeBytes, createdBy: actor, sha256: draft.sha256 });
  }

  /** Bytes arrived; told on at most twice a second. Never throws. */
  received(id: string, receivedBytes: number): void {
    this.#progress.note(id, receivedBytes);
  }

  /** Every byte is in the upload's file: verifies it in the background. */
  async complete(id: string): Promise<void> {
    const upload = await this.#rows.require(id);
    if (upload.state === "receiving") this.#intake.verify(upload);
  }

  /**
   * Copies a file that the window of this machine named. Answers once the copy has begun.
   *
   * @throws AppError INPUT_INVALID for a relative path, ARTIFACT_UNREADABLE, ARTIFACT_EMPTY, INPUT_TOO_LARGE, ENV_DISK_FULL.
   */
  async importPath(actor: string, path: string): Promise<Upload> {
    if (!isAbsolute(path)) throw new AppError("INPUT_INVALID", "The path is not absolute; nothing was read.");
    const sizeBytes = await requirePlainFile(path);
    const upload = await this.begin(actor, { fileName: basename(path), sizeBytes });
    this.#intake.importFile(upload, path);
    return upload;
  }

  /**
   * Takes a file in from elsewhere, with progress; answers when it is verified.
   *
   * @throws AppError as `begin` does, and what the transfer failed with; nothing was stored.
   */
  async fetch(actor: string, file: FileElsewhere): Promise<Upload> {
    const { fileName, sizeBytes, sha256 } = file;
    const draft = await this.begin(actor, { fileName, sizeBytes, ...(sha256 === undefined ? {} : { sha256 }) });
    await file.onBegun(draft.id);
    await this.#intake.fetch(draft, file);
    const upload = await this.#rows.require(draft.id);
    if (upload.error !== undefined) throw fromWire(upload.error);
    if (upload.state !== "ready") throw new AppError("CANCELLED", `${fileName} did not arrive; nothing of it was stored.`);
    return upload;
  }

  /** Makes a ready upload of bytes that are stored already, or undefined when they are not. */
  adopt(actor: string, sha256: string, name: string): Promise<Upload | undefined> {
    const fileName = requirePlainName(name);
    return this.#claims.run(async () => {
      const [digests, blob] = await Promise.all([this.#rows.knownDigests(sha256), this.#parts.blobs.stat(sha256)]);
      if (digests === undefined || blob === undefined) return undefined;
      const inspection = inspectArtifact(fileName, await this.#head(sha256, blob.sizeBytes));
      const id = this.#parts.ids.uuid();
      return this.#parts.store.write(async (unit) => {
        const rows = new UploadRepository(unit.db);
        await rows.insert({ id, fileName, sizeBytes: blob.sizeBytes, createdBy: actor }, unit.now);
        await rows.ready(id, { digests, inspection, duplicate: true, sizeBytes: blob.sizeBytes }, unit.now);
        unit.emit({ topic: "upload.ready", ids: { uploadId: id } });
        return rows.require(id);
      });
    });
  }

  /** The file of an upload that has arrived. @throws AppError NOT_FOUND, CONFLICT_STATE. */
  async requireReady(id: string): Promise<Pick<Upload, "fileName" | "sizeBytes" | "inspection"> & { readonly digests: Digests }> {
    const { digests, ...upload } = await this.#rows.require(id);
    if (digests === undefined) throw new AppError("CONFLICT_STATE", `${upload.fileName} is still on its way; nothing was compared.`);
    return { ...upload, digests };
  }

  /** Which releases hold these bytes already. */
  recognize(digests: readonly string[]): Promise<KnownBytes[]> {
    return findKnownBytes(this.#parts.store.read, digests);
  }

  /** Looks at the first bytes of a file before it is sent. */
  inspect(name: string, headBase64: string): Inspection {
    return inspectArtifact(requirePlainName(name), Buffer.from(headBase64, "base64").subarray(0, INSPECTED_BYTES));
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE once it is part of a release. */
  async discard(id: string): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      const rows = new UploadRepository(unit.db);
      const upload = await rows.require(id);
      if (upload.state === "consumed")
        throw new AppError("CONFLICT_STATE", "This file is part of a release already; discard the draft instead.");
      await rows.delete(id);
      unit.emit({ topic: "upload.discarded", ids: { uploadId: id } });
    });
    await this.#parts.files.remove(id);
  }

  /** Goes on with what a stop or a kill interrupted; called once, before any transport. */
  async recover(): Promise<void> {
    const { files, store } = this.#parts;
    for (const { id } of await this.#rows.idsIn(["receiving", "verifying"])) {
      const upload = await this.#rows.require(id);
      const arrivedBytes = await files.sizeBytes(id);
      if (arrivedBytes === upload.sizeBytes) this.#intake.verify(upload);
      else if (arrivedBytes === undefined) {
        const message = "The transfer ended when Rollcall stopped; nothing was stored. Drop the file again.";
        await store.write(async (unit) => {
          await new UploadRepository(unit.db).failed(id, { code: "CANCELLED", message }, unit.now);
          unit.emit({ topic: "upload.failed", ids: { uploadId: id, code: "CANCELLED" } });
        });
      }
    }
    for (const id of await files.list()) {
      const row = await this.#rows.find(id);
      if (row === undefined || row.state === "ready" || row.state === "consumed" || row.state === "failed") await files.remove(id);
    }
  }

  /** Resolves when nothing is being verified. */
  idle(): Promise<void> {
    return this.#intake.idle();
  }

  /** Ends what runs; the next start goes on with it. */
  stop(): Promise<void> {
    return this.#intake.stop();
  }

  get #rows(): UploadRepository {
    return new UploadRepository(this.#parts.store.read);
  }

  #insert(draft: NewUpload): Promise<Upload> {
    return this.#parts.store.write(async (unit) => {
      const rows = new UploadRepository(unit.db);
      await rows.insert(draft, unit.now);
      unit.emit({ topic: "upload.started", ids: { uploadId: draft.id } });
      return rows.require(draft.id);
    });
  }

  async #requireRoom(fileName: string, sizeBytes: number): Promise<void> {
    const maxBytes = this.#parts.maxBytes();
    if (sizeBytes === 0) throw new AppError("ARTIFACT_EMPTY", `${fileName} is empty; nothing was stored.`);
    if (sizeBytes > maxBytes)
      throw new AppError(
        "INPUT_TOO_LARGE",
        `${fileName} has ${formatBytes(sizeBytes)}; the limit is ${formatBytes(maxBytes)}. Nothing was sent.`,
      );
    const freeBytes = await this.#parts.files.freeBytes();
    if (freeBytes < sizeBytes + RESERVE_BYTES)
      throw new AppError(
        "ENV_DISK_FULL",
        `The disk has ${formatBytes(freeBytes)} left and ${fileName} needs ${formatBytes(sizeBytes)}. Nothing was sent.`,
      );
  }

  async #head(sha256: string, sizeBytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of await this.#parts.blobs.open(sha256, { first: 0, last: Math.min(INSPECTED_BYTES, sizeBytes) - 1 }))
      parts.push(part);
    return Buffer.concat(parts);
  }
}

/** @throws AppError INPUT_PATH_REFUSED for a path or a name that cannot be one. */
function requirePlainName(name: string): string {
  const parsed = fileNameSchema.safeParse(name);
  if (!parsed.success)
    throw new AppError(
      "INPUT_PATH_REFUSED",
      "A file is named by a plain name without folders, at most 200 characters; nothing was stored.",
    );
  return parsed.data;
}
