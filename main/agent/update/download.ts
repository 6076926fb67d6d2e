import { open, readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";
import type { HttpAnswer, HttpClient } from "../net/http-client.ts";
import { BodyFile } from "../net/body-file.ts";
import { ARTIFACT_PACE, PaceWatch, type BodyPace } from "../net/body-pace.ts";
import { sendFollowing } from "../net/follow-redirects.ts";
import { toAnswerError } from "../net/read-body.ts";
import { takePieces } from "../net/take-pieces.ts";

/** One file that arrives here. Whatever has come before, in this run of the agent or an earlier one, is kept and built on. */
export type Receipt = {
  /** Bytes arrive here; `<path>.json` remembers which version of the remote file they belong to. */
  readonly path: string;
  /** Exact size; one byte more ends the download. */
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  onProgress(receivedBytes: number): void;
  /** Told the SHA-256 of what was written when one answer brought all of it. */
  readonly onWhole?: (sha256: string) => Promise<void>;
  /** Replaced by tests alone. */
  readonly pace?: BodyPace;
};

/** A {@link Receipt} of what lies at an address. */
export type Download = Receipt & { readonly url: URL; readonly token: string | undefined };

/** Asks for a file, or the part of it that these headers name. The answer's body has not been read. */
export type AskForFile = (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;

const memory = z.object({ etag: z.string().max(300) });
const memoryPath = (path: string): string => `${path}.json`;

async function readEtag(path: string): Promise<string | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(memoryPath(path), "utf8"));
    return memory.parse(document).etag;
  } catch {
    return undefined;
  }
}

/** Removes what has arrived, so that the next download begins with the first byte. */
export async function forgetDownload(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(memoryPath(path), { force: true });
}

// RFC 9110 section 14.4: only a range that begins where we stopped, of a file with our size, continues ours.
function continuesAt(answer: HttpAnswer, offset: number, sizeBytes: number): boolean {
  return (
    answer.headers["content-range"]?.startsWith(`bytes ${offset}-`) === true && answer.headers["content-range"].endsWith(`/${sizeBytes}`)
  );
}

async function writeBody(answer: HttpAnswer, offset: number, download: Receipt): Promise<number> {
  const file = await open(download.path, offset === 0 ? "w" : "a", 0o600);
  let receivedBytes = offset;
  let writtenBytes = offset;
  const watch = new PaceWatch(answer.body, download.pace ?? ARTIFACT_PACE);
  const body = new BodyFile(file, (bytes) => {
    writtenBytes += bytes;
    download.onProgress(writtenBytes);
  });
  try {
    try {
      await takePieces(answer.body, watch, (piece) => {
        receivedBytes += piece.length;
        if (receivedBytes > download.sizeBytes) throw tooMuch(download);
        return body.take(piece);
      });
    } finally {
      await body.finish();
    }
  } catch (thrown) {
    if (thrown instanceof AppError || download.signal.aborted) throw thrown;
    throw toDiskError(thrown, download.path);
  } finally {
    watch.stop();
    answer.body.destroy();
    await file.close();
  }
  if (offset === 0 && receivedBytes === download.sizeBytes) await download.onWhole?.(body.digest());
  return receivedBytes;
}

function tooMuch({ sizeBytes }: Receipt): AppError {
  return new AppError("ARTIFACT_DIGEST_MISMATCH", `More than the ${sizeBytes} bytes of the artifact were sent; it was not installed.`);
}

/**
 * Makes one try to bring the file here whole, from where the last one stopped. `If-Range` keeps the bytes of two
 * versions of a file from being put together; a server that knows no ranges sends it from the start. The control plane may
 * send the request on to a short-lived address.
 *
 * @returns whether all bytes are here. False means that the connection ended early in an orderly way.
 * @throws AppError REMOTE_* when it was cut (what arrived is kept), ACCESS_*, NOT_FOUND, ENV_DISK_FULL,
 *   ARTIFACT_DIGEST_MISMATCH when more comes than the file may have.
 */
export function downloadOnce(http: HttpClient, { url, token, ...receipt }: Download): Promise<boolean> {
  return receiveOnce((headers) => sendFollowing(http, url, token, { headers, signal: receipt.signal }), receipt);
}

/** As {@link downloadOnce}, of what `ask` gets, however it does; a refusal may be thrown by it or answered. */
export async function receiveOnce(ask: AskForFile, download: Receipt): Promise<boolean> {
  const { path, sizeBytes } = download;
  const offset = await fileSize(path);
  if (offset === sizeBytes) return true;
  if (offset > sizeBytes) {
    await forgetDownload(path);
    return receiveOnce(ask, download);
  }
  const etag = await readEtag(path);
  const range = offset > 0 && { Range: `bytes=${offset}-`, ...(etag !== undefined && { "If-Range": etag }) };
  const answer = await ask({ ...range });
  if (answer.status === 416) {
    answer.body.destroy();
    await forgetDownload(path);
    return false;
  }
  if (answer.status !== 200 && answer.status !== 206) throw await toAnswerError(answer, "the request for the artifact");
  const continues = answer.status === 206;
  if (continues && !continuesAt(answer, offset, sizeBytes)) {
    answer.body.destroy();
    await forgetDownload(path);
    return false;
  }
  if (!continues) await rememberVersion(path, answer.headers.etag);
  return (await writeBody(answer, continues ? offset : 0, download)) === sizeBytes;
}

// A weak tag does not promise equal bytes, which is what a range needs (RFC 9110 section 8.8.1).
async function rememberVersion(path: string, etag: string | undefined): Promise<void> {
  if (etag === undefined || etag.startsWith("W/")) await rm(memoryPath(path), { force: true });
  else await writeFile(memoryPath(path), JSON.stringify({ etag }), { mode: 0o600 });
}
