import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Target } from "./contract-client.ts";
import { tusTransfer, type Transfer } from "./tus-transfer.ts";

/** What an upload needs, and whom it tells. */
export type UploadContext = {
  readonly client: ContractClient;
  readonly target: Target;
  /** Ends the upload. With a journal, what was sent stays for the next try. */
  readonly signal: AbortSignal;
  /** Where begun uploads are remembered, so that another run of the program goes on with them. */
  readonly journalFolder?: string | undefined;
  readonly onProgress: (progress: UploadProgress) => void;
};

/** Where an upload stands. `sentBytes` moves while sending. */
export type UploadProgress = {
  readonly phase: "hashing" | "sending" | "verifying";
  readonly fileName: string;
  readonly sentBytes: number;
  readonly sizeBytes: number;
};

/**
 * Brings one file to the control plane: hashes it, asks whether its bytes are there already, sends them by tus
 * (resuming when the connection drops, and with a journal where an earlier run stopped) and waits for the control plane's own digests.
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
  const upload = known ?? (await send(context, { path, fileName, sizeBytes: file.size, sha256 }));
  if (upload.digests?.sha256 !== sha256)
    throw new AppError("ARTIFACT_DIGEST_MISMATCH", `What arrived of ${fileName} is not what was sent; nothing was published.`);
  return upload;
}

async function send(context: UploadContext, file: Pick<Transfer, "path" | "fileName" | "sizeBytes" | "sha256">): Promise<Upload> {
  const { fileName, sizeBytes } = file;
  const { target, signal, journalFolder } = context;
  const onSent = (sentBytes: number): void => context.onProgress({ phase: "sending", fileName, sentBytes, sizeBytes });
  const id = await tusTransfer({ ...file, target, signal, journalFolder, onSent });
  context.onProgress({ phase: "verifying", fileName, sentBytes: sizeBytes, sizeBytes });
  const events = await context.client.system.events({}, { signal });
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
