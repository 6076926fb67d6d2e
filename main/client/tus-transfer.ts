import { createReadStream } from "node:fs";
import { DefaultHttpStack, DetailedError, Upload as TusUpload, type UploadOptions } from "tus-js-client";
import { z } from "zod";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { PinnedAgent } from "#main/node/pinned-agent.ts";
import type { Target } from "./contract-client.ts";
import { UploadJournal } from "./upload-journal.ts";

/** One file on its way. */
export type Transfer = {
  readonly target: Target;
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Ends it. With a journal, what was sent stays for the next try; without one it is taken back. */
  readonly signal: AbortSignal;
  /** Where begun uploads are remembered over runs of the program; absent, they are not. */
  readonly journalFolder?: string | undefined;
  readonly onSent: (sentBytes: number) => void;
};

/** Bytes of one PATCH: small enough to be repeated cheaply when a connection drops. */
const CHUNK_BYTES = 16 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 500, 2000, 5000, 10_000];

/**
 * Sends a file by the tus protocol 1.0, going on where an earlier try of the same bytes to the same origin stopped.
 *
 * @returns the id of the control plane's upload.
 * @throws AppError CANCELLED, REMOTE_UNREACHABLE, TRUST_CERTIFICATE_REFUSED or what the control plane refused with.
 */
export async function tusTransfer(transfer: Transfer): Promise<string> {
  const file = createReadStream(transfer.path, { highWaterMark: 1024 * 1024 });
  try {
    return await send(transfer, file);
  } finally {
    // The library reads by path and leaves the stream that it was given open.
    file.destroy();
  }
}

function send(transfer: Transfer, file: ReturnType<typeof createReadStream>): Promise<string> {
  const { signal, journalFolder, fileName } = transfer;
  return new Promise((resolve, reject) => {
    const end = (): void => signal.removeEventListener("abort", cancel);
    const upload = new TusUpload(file, {
      ...optionsOf(transfer),
      onError: (thrown) => {
        end();
        reject(toTransferError(thrown, fileName));
      },
      onSuccess: () => {
        // Why: a signal that fires later would take back a file that is part of a release by then.
        end();
        resolve(new URL(upload.url ?? "").pathname.split("/").at(-1) ?? "");
      },
    });
    function cancel(): void {
      const kept = journalFolder === undefined ? "" : " Run the command again to go on where it stopped.";
      const cancelled = (): void =>
        reject(new AppError("CANCELLED", `The upload of ${fileName} was cancelled; nothing was published.${kept}`));
      // What cannot be taken back is forgotten by the control plane in its own time.
      void upload.abort(journalFolder === undefined).then(cancelled, cancelled);
    }
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    void resume(upload, transfer.target).finally(() => {
      if (!signal.aborted) upload.start();
    });
  });
}

/** Goes on with what the journal knows, as long as it lies at the very origin that gets our token. */
async function resume(upload: TusUpload, target: Target): Promise<void> {
  const { origin } = new URL(target.url);
  const previous = (await upload.findPreviousUploads()).find(
    (one) => URL.canParse(one.uploadUrl ?? "") && new URL(one.uploadUrl ?? "").origin === origin,
  );
  if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
}

function optionsOf({ target, fileName, sizeBytes, sha256, journalFolder, onSent }: Transfer): UploadOptions {
  const fingerprint = JSON.stringify([new URL(target.url).origin, sha256, fileName]);
  return {
    endpoint: new URL("/uploads", target.url).href,
    uploadSize: sizeBytes,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    metadata: { filename: fileName, sha256 },
    headers: { authorization: `Bearer ${target.token}` },
    fingerprint: () => Promise.resolve(fingerprint),
    storeFingerprintForResuming: journalFolder !== undefined,
    removeFingerprintOnSuccess: true,
    onProgress: onSent,
    ...(journalFolder !== undefined && { urlStorage: new UploadJournal(journalFolder) }),
    ...(target.certificatePin !== undefined && { httpStack: new DefaultHttpStack({ agent: new PinnedAgent(target.certificatePin) }) }),
  };
}

const wireError = z.object({ code: z.string().max(64), message: z.string().max(1000) });

function toTransferError(thrown: Error, fileName: string): AppError {
  const cause = thrown instanceof DetailedError ? thrown.causingError : undefined;
  if (cause instanceof AppError) return cause;
  const refusal = wireError.safeParse(thrown instanceof DetailedError ? parseJson(thrown.originalResponse?.getBody()) : undefined);
  if (refusal.success) return fromWire(refusal.data);
  const message = `The upload of ${fileName} broke off; nothing was published. Run the command again to go on.`;
  return new AppError("REMOTE_UNREACHABLE", message, { cause: thrown });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
