import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { fileSize } from "#main/node/file-size.ts";
import type { BodyPace } from "../net/body-pace.ts";
import { urlAt, type ControlPlaneAccess } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import { downloadOnce } from "../update/download.ts";
import { isFinal } from "../update/preparation-failure.ts";
import type { PreparationEnd } from "../update/next-step.ts";
import type { NamedFile } from "./choose-way-to-bytes.ts";
import { isSlow, persist } from "./persist.ts";

/** What fetching a file takes. */
export type BlobPorts = {
  readonly http: HttpClient;
  readonly access: ControlPlaneAccess;
  readonly random: () => number;
  /** Where files come from on a host without a control plane: one try, as {@link downloadOnce} makes it. */
  readonly elsewhere?: (fetch: Omit<BlobFetch, "mayBegin" | "maxBytes">) => Promise<boolean>;
  /** Replaced by tests alone. */
  readonly pace?: BodyPace;
};

/** One file of a product's repository, and where it arrives. */
export type BlobFetch = {
  readonly productId: string;
  readonly file: NamedFile;
  readonly path: string;
  /** What may come in all tries together before it is said that the file is not to be had; absent, whatever it takes. */
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
  readonly mayBegin: () => boolean;
  readonly onProgress: (receivedBytes: number) => void;
  /** Told the SHA-256 of what was written when one answer brought all of it. */
  readonly onWhole?: (sha256: string) => Promise<void>;
};

/** `here` says whether one answer brought all of it; else why it did not come. */
export type BlobResult = { readonly kind: "here"; readonly isInOneGo: boolean } | PreparationEnd;

/** Brings a file here with as many requests as it takes, on top of what had arrived. Its digest is the caller's to check. */
export async function fetchBlob(ports: BlobPorts, fetch: BlobFetch): Promise<BlobResult> {
  const { path, maxBytes = Infinity, signal, mayBegin } = fetch;
  let isInOneGo = false;
  let came = 0;
  const ended = await persist({ signal, mayBegin, random: ports.random }, "download", async () => {
    const before = await fileSize(path);
    const grown = async (): Promise<boolean> => {
      const bytes = Math.max(0, (await fileSize(path)) - before);
      came += bytes;
      if (came > maxBytes) throw new AppError("REMOTE_TOO_SLOW", `${came} bytes came and the file is still not whole; it was given up.`);
      return bytes > 0;
    };
    try {
      const isWhole = await (ports.elsewhere ?? fromControlPlane(ports))(fetch);
      isInOneGo = isWhole && before === 0;
      return isWhole ? "done" : await grown();
    } catch (thrown) {
      if ((await grown()) && !isFinal(thrown) && !isSlow(thrown)) return true;
      throw thrown;
    }
  });
  return ended ?? { kind: "here", isInOneGo };
}

function fromControlPlane({ http, access, pace }: BlobPorts): NonNullable<BlobPorts["elsewhere"]> {
  return ({ productId, file, path, signal, onProgress, onWhole }) => {
    const { baseUrl, token } = access.current();
    const url = urlAt(baseUrl, `${AGENT_PATHS.registry}/${productId}/blobs/sha256:${file.sha256}`);
    const optional = { ...(pace && { pace }), ...(onWhole && { onWhole }) };
    return downloadOnce(http, { url, token, path, sizeBytes: file.sizeBytes, signal, onProgress, ...optional });
  };
}
