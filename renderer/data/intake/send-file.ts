import { DetailedError, Upload } from "tus-js-client";
import { AppError, fromWire } from "#shared/errors/app-error.ts";

/** A file to send, with the digest that the control plane holds what arrives against. */
export type Shipment = {
  readonly file: File;
  readonly fileName: string;
  readonly sha256: string;
  readonly onBytes: (doneBytes: number) => void;
};

/** A transfer under way. */
export type Transfer = {
  /** The id of the upload once every byte is there. @throws AppError as {@link sendFile}. */
  readonly arrived: Promise<string>;
  /** Stops sending; what arrived is kept, and `resume` goes on from there. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Stops for good and lets the control plane forget what arrived. */
  readonly cancel: () => void;
};

/** Bytes of one request: cheap to repeat when a connection drops. */
const CHUNK_BYTES = 16 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 500, 2000, 5000, 10_000, 20_000];

/**
 * Sends a file by tus. A transfer that a closed page or a lost connection broke off goes on where it was when the same
 * bytes are sent under the same name again, also days later: where it stands is kept in the browser by digest and name.
 *
 * @throws AppError what the control plane refused, REMOTE_UNREACHABLE after the retries, CANCELLED.
 */
export function sendFile({ file, fileName, sha256, onBytes }: Shipment): Transfer {
  const end = Promise.withResolvers<string>();
  const upload = new Upload(file, {
    endpoint: new URL("/uploads", location.origin).href,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    metadata: { filename: fileName, sha256 },
    fingerprint: () => Promise.resolve(`rollcall-${sha256}-${fileName}`),
    removeFingerprintOnSuccess: true,
    onProgress: (sentBytes) => onBytes(sentBytes),
    onError: (thrown) => end.reject(sendingError(thrown, fileName)),
    onSuccess: () => end.resolve(uploadIdOf(upload.url)),
  });
  void begin(upload);
  return {
    arrived: end.promise,
    pause: () => void upload.abort(),
    resume: () => upload.start(),
    cancel: () => {
      // What cannot be taken back now is forgotten by the control plane in its own time.
      void upload.abort(true).catch(() => undefined);
      end.reject(new AppError("CANCELLED", `The transfer of ${fileName} was cancelled.`));
    },
  };
}

async function begin(upload: Upload): Promise<void> {
  const [earlier] = await upload.findPreviousUploads();
  if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

/** The upload's id is the last segment of its address. */
const uploadIdOf = (url: string | null): string => new URL(url ?? "", location.origin).pathname.split("/").at(-1) ?? "";

/** What the control plane said, or that it could not be reached. */
function sendingError(thrown: Error, fileName: string): AppError {
  const body = thrown instanceof DetailedError ? thrown.originalResponse?.getBody() : undefined;
  return (
    readRefusal(body) ??
    new AppError("REMOTE_UNREACHABLE", `The transfer of ${fileName} broke off. What arrived is kept.`, { cause: thrown })
  );
}

/** The error that an answer's body carries, or undefined when it carries none. */
export function readRefusal(body: string | undefined): AppError | undefined {
  try {
    const value: unknown = JSON.parse(body ?? "");
    if (typeof value !== "object" || value === null || !("code" in value) || !("message" in value)) return undefined;
    return fromWire({ code: String(value.code), message: String(value.message) });
  } catch {
    return undefined;
  }
}
