import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Upload as TusUpload } from "tus-js-client";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Target } from "./contract-client.ts";

/** What an upload needs, and whom it tells. */
export type UploadContext = {
  readonly client: ContractClient;
  readonly target: Target;
  /** Ends the upload; what was sent stays and is resumed by the next try. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: UploadProgress) => void;
};

/** Where an upload stands. `sentBytes` moves while sending. */
export type UploadProgress = {
  readonly phase: "hashing" | "sending" | "verifying";
  readonly fileName: string;
  readonly sentBytes: number;
  readonly sizeBytes: number;
};

/** Bytes of one PATCH: small enough to be repeated cheaply when a connection drops. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Brings one file to the control plane: hashes it, asks whether its bytes are there already, sends them by tus
 * (resuming when the connection drops) and waits for the control plane's own digests.
 *
 * @throws AppError ARTIFACT_UNREADABLE, ARTIFACT_EMPTY, ARTIFACT_DIGEST_MISMATCH or what the control plane refused.
 */
export async function uploadFile(context: UploadContext, path: string): Promise<Upload> {
  const file = await stat(path).catch((cause: unknown) => {
    throw new AppError("ARTIFACT_UNREADABLE", `The file ${path} cannot be read; nothing was published.`, { cause });
  });
  if (!file.isFile()) throw new AppError("ARTIFACT_UNREADABLE", `${path} is not a file; nothing was published.`);
  if (file.size === 0) throw new AppError("ARTIFACT_EMPTY", `The file ${path} is empty; nothing was published.`);
  const fileName = basename(resolve(path));
  context.onProgress({ phase: "hashing", fileName, sentBytes: 0, sizeBytes: file.size });
  const sha256 = await sha256OfFile(path);
  const known = await context.client.uploads.adopt({ sha256, fileName });
  const upload = known ?? (await send(context, path, fileName, file.size));
  if (upload.digests?.sha256 !== sha256)
    throw new AppError("ARTIFACT_DIGEST_MISMATCH", `What arrived of ${fileName} is not what was sent; nothing was published.`);
  return upload;
}

async function send(context: UploadContext, path: string, fileName: string, sizeBytes: number): Promise<Upload> {
  const events = await context.client.system.events({}, { signal: context.signal });
  const id = await transfer(context, path, fileName, sizeBytes);
  context.onProgress({ phase: "verifying", fileName, sentBytes: sizeBytes, sizeBytes });
  try {
    for (let upload = await context.client.uploads.get({ uploadId: id }); ; upload = await context.client.uploads.get({ uploadId: id })) {
      if (upload.state === "ready") return upload;
      if (upload.state === "failed")
        throw new AppError("ARTIFACT_DIGEST_MISMATCH", upload.error?.message ?? `The upload of ${fileName} failed; nothing was published.`);
      for (let event = await events.next(); !concerns(event, id); event = await events.next())
        if (event.done === true)
          throw new AppError("TRANSPORT_CLOSED", `The connection ended while ${fileName} was verified; nothing was published.`);
    }
  } finally {
    await events.return(undefined);
  }
}

function concerns(event: IteratorResult<{ readonly ids: Readonly<Record<string, string>> }, unknown>, uploadId: string): boolean {
  return event.done !== true && event.value.ids["uploadId"] === uploadId;
}

function transfer(context: UploadContext, path: string, fileName: string, sizeBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new TusUpload(createReadStream(path, { highWaterMark: 1024 * 1024 }), {
      endpoint: new URL("/uploads", context.target.url).href,
      uploadSize: sizeBytes,
      chunkSize: CHUNK_BYTES,
      retryDelays: [0, 500, 2000, 5000, 10_000],
      metadata: { filename: fileName },
      headers: { authorization: `Bearer ${context.target.token}` },
      onProgress: (sentBytes) => context.onProgress({ phase: "sending", fileName, sentBytes, sizeBytes }),
      onError: (cause) => {
        context.signal.removeEventListener("abort", cancel);
        reject(
          new AppError(
            "REMOTE_UNREACHABLE",
            `The upload of ${fileName} broke off; nothing was published. Run the command again to go on.`,
            { cause },
          ),
        );
      },
      onSuccess: () => {
        // Why: a signal that fires later would take back a file that is part of a release by then.
        context.signal.removeEventListener("abort", cancel);
        resolve(new URL(upload.url ?? "").pathname.split("/").at(-1) ?? "");
      },
    });
    function cancel(): void {
      const cancelled = () => reject(new AppError("CANCELLED", `The upload of ${fileName} was cancelled; nothing was published.`));
      // What cannot be taken back is forgotten by the control plane in its own time.
      void upload.abort(true).then(cancelled, cancelled);
    }
    context.signal.addEventListener("abort", cancel, { once: true });
    upload.start();
  });
}
