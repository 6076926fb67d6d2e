import type { QueryClient } from "@tanstack/react-query";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { uploadId as uploadIdSchema } from "#shared/lib/ids.ts";
import { clientError } from "../../data/client-error.ts";
import { readFileHead } from "../../data/intake/file-head.ts";
import { followUpload } from "../../data/intake/follow-upload.ts";
import { hashFile } from "../../data/intake/hash-file.ts";
import { createLanes } from "../../data/intake/lanes.ts";
import { sendFile, type Shipment, type Transfer } from "../../data/intake/send-file.ts";
import { publishStore, type DraftFile, type FileState } from "../../stores/publish-store.ts";
import { addSample } from "#shared/lib/transfer-rate.ts";

type Work = {
  readonly ended: AbortController;
  transfer?: Transfer;
  /** Gives the lane back that the transfer is in. */
  leave?: () => void;
};

const HASHED_AT_ONCE = 2;
const SENT_AT_ONCE = 2;

const change = (key: string, next: (file: DraftFile) => DraftFile): void => publishStore.getState().changeFile(key, next);
const enterPhase = (key: string, state: FileState): void => change(key, (file) => ({ ...file, state, samples: [] }));
const findFile = (key: string): DraftFile | undefined => publishStore.getState().files.find((one) => one.key === key);

/** Notes progress within the present phase; a phase that is over is not brought back by a late word. */
function progress(key: string, phase: "hashing" | "sending" | "copying", doneBytes: number): void {
  const at = Date.now();
  change(key, (file) =>
    file.state.phase === phase
      ? { ...file, state: { phase, doneBytes }, samples: addSample(file.samples, { at, bytes: doneBytes }) }
      : file,
  );
}

/** Takes the files of the draft in, whatever screen is shown. See {@link FileState} for the way of a file. */
export class Intake {
  readonly #client: ContractClient;
  readonly #queries: QueryClient;
  readonly #works = new Map<string, Work>();
  readonly #hashing = createLanes(HASHED_AT_ONCE);
  readonly #sending = createLanes(SENT_AT_ONCE);
  /** What is being sent, by its digest: the same bytes under two names travel once. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(client: ContractClient, queries: QueryClient) {
    this.#client = client;
    this.#queries = queries;
  }

  /** Begins with a file of the draft that waits. */
  start(key: string): void {
    const file = findFile(key);
    if (file === undefined || this.#works.has(key)) return;
    const work: Work = { ended: new AbortController() };
    this.#works.set(key, work);
    this.#take(file, work)
      .then((upload) => enterPhase(key, readyState(upload)))
      .catch((thrown: unknown) => {
        if (!work.ended.signal.aborted) enterPhase(key, { phase: "failed", error: clientError(thrown) });
      })
      .finally(() => this.#works.get(key) === work && this.#works.delete(key));
  }

  /** Stops sending; another file may go on meanwhile. */
  pause(key: string): void {
    const work = this.#works.get(key);
    if (work?.transfer === undefined) return;
    work.transfer.pause();
    work.leave?.();
    change(key, (file) => (file.state.phase === "sending" ? { ...file, state: { ...file.state, phase: "paused" }, samples: [] } : file));
  }

  /** Goes on sending, as soon as a lane is free. */
  async resume(key: string): Promise<void> {
    const work = this.#works.get(key);
    if (work?.transfer === undefined) return;
    change(key, (file) => (file.state.phase === "paused" ? { ...file, state: { ...file.state, phase: "sending" }, samples: [] } : file));
    work.leave = await this.#sending.enter(work.ended.signal);
    if (findFile(key)?.state.phase === "sending") work.transfer.resume();
    else work.leave();
  }

  /** Tries a failed file again. What arrived of it is not sent twice. */
  retry(key: string): void {
    enterPhase(key, { phase: "waiting" });
    this.start(key);
  }

  /** Takes a file out of the draft; what arrived of it is forgotten. */
  remove(key: string): void {
    const file = findFile(key);
    this.#works.get(key)?.ended.abort();
    this.#works.delete(key);
    publishStore.getState().removeFile(key);
    // Best effort: what is not discarded now is forgotten by the control plane in its own time.
    if (file?.state.phase === "ready")
      void this.#client.uploads.discard({ uploadId: uploadIdSchema.parse(file.state.uploadId) }).catch(() => undefined);
  }

  async #take({ key, fileName, source }: DraftFile, work: Work): Promise<Upload> {
    const { signal } = work.ended;
    if (source.kind === "path") return this.#copy(key, source.path, signal);
    const { file } = source;
    if (file.size === 0) throw new AppError("ARTIFACT_EMPTY", `${fileName} is empty; nothing was sent.`);
    const inspection = await this.#client.uploads.inspect({ fileName, head: await readFileHead(file) }, { signal });
    change(key, (one) => ({ ...one, inspection }));
    const sha256 = await this.#hash(key, file, signal);
    change(key, (one) => ({ ...one, sha256 }));
    await this.#underWay.get(sha256)?.catch(() => undefined);
    signal.throwIfAborted();
    const known = await this.#client.uploads.adopt({ sha256, fileName }, { signal });
    if (known !== undefined) return known;
    const sending = this.#sendWhole(key, { file, fileName, sha256 }, work).finally(() => this.#underWay.delete(sha256));
    this.#underWay.set(sha256, sending);
    return sending;
  }

  async #sendWhole(key: string, shipment: Omit<Shipment, "onBytes">, work: Work): Promise<Upload> {
    const uploadId = await this.#send(key, shipment, work);
    enterPhase(key, { phase: "verifying" });
    return this.#follow(uploadId, work.ended.signal);
  }

  async #hash(key: string, file: File, signal: AbortSignal): Promise<string> {
    const leave = await this.#hashing.enter(signal);
    try {
      enterPhase(key, { phase: "hashing", doneBytes: 0 });
      return await hashFile(file, signal, (doneBytes) => progress(key, "hashing", doneBytes));
    } finally {
      leave();
    }
  }

  async #send(key: string, shipment: Omit<Shipment, "onBytes">, work: Work): Promise<string> {
    work.leave = await this.#sending.enter(work.ended.signal);
    try {
      enterPhase(key, { phase: "sending", doneBytes: 0 });
      const transfer = sendFile({ ...shipment, onBytes: (doneBytes) => progress(key, "sending", doneBytes) });
      work.transfer = transfer;
      work.ended.signal.addEventListener("abort", transfer.cancel, { once: true });
      return await transfer.arrived;
    } finally {
      delete work.transfer;
      work.leave();
    }
  }

  /** The desktop's way: the control plane reads the file itself. */
  async #copy(key: string, path: string, signal: AbortSignal): Promise<Upload> {
    const begun = await this.#client.uploads.importPath({ path }, { signal });
    change(key, (file) => ({ ...file, fileName: begun.fileName, sizeBytes: begun.sizeBytes }));
    enterPhase(key, { phase: "copying", doneBytes: 0 });
    const ready = await this.#follow(begun.id, signal, (upload) => progress(key, "copying", upload.receivedBytes));
    change(key, (file) => ({ ...file, inspection: ready.inspection, sha256: ready.digests?.sha256 }));
    return ready;
  }

  #follow(uploadId: string, signal: AbortSignal, onChange: (upload: Upload) => void = () => undefined): Promise<Upload> {
    return followUpload({ client: this.#client, queries: this.#queries, uploadId, signal, onChange });
  }
}

/** @throws AppError INTERNAL when the control plane calls an upload ready that has no digests; a bug, not a user's mistake. */
function readyState(upload: Upload): FileState {
  if (upload.digests === undefined) throw new AppError("INTERNAL", `${upload.fileName} arrived without digests; it cannot be published.`);
  return { phase: "ready", uploadId: upload.id, sha256: upload.digests.sha256, duplicate: upload.duplicate };
}
