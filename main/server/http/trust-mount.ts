import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { BlobStore, ByteRange } from "#main/control-plane/ports/blob-store.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { Authorise } from "./access-verdict.ts";
import { sendContent } from "./send-content.ts";
import { sendFailure } from "./send-failure.ts";

/** What the mount serves from. */
export type TrustMountParts = {
  readonly trust: Pick<ControlPlane["trust"], "metadata" | "findTarget">;
  readonly blobs: Pick<BlobStore, "open">;
  /** Signed metadata names products and versions, so only hosts and users of this control plane see it. */
  readonly authorise: Authorise<undefined>;
  readonly logger: Logger;
};

/**
 * Serves the TUF repository read-only: `/agent/v1/trust/metadata/<file>` and `/agent/v1/trust/targets/<path>`, the
 * latter with the hash prefix that consistent snapshots ask for.
 */
export function trustMount(parts: TrustMountParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") return sendMethodNotAllowed(response);
      await requireAccess(request, parts.authorise);
      const path = decodePath(request.url);
      const metadataName = below(path, AGENT_PATHS.trustMetadata);
      if (metadataName !== undefined) return await sendMetadata(request, response, parts, metadataName);
      const targetPath = below(path, AGENT_PATHS.trustTargets);
      if (targetPath !== undefined) return await sendTarget(request, response, parts, targetPath);
      throw notFound();
    } catch (thrown) {
      sendFailure(response, thrown, parts.logger);
    }
  };
}

async function requireAccess(request: IncomingMessage, authorise: Authorise<undefined>): Promise<void> {
  const verdict = await authorise(request, undefined);
  if (verdict === "unauthenticated")
    throw new AppError("ACCESS_UNAUTHENTICATED", "Trust metadata is given to enrolled hosts and logged-in users only.");
  if (verdict === "denied") throw new AppError("ACCESS_DENIED", "This host or user may not read trust metadata.");
}

async function sendMetadata(request: IncomingMessage, response: ServerResponse, parts: TrustMountParts, name: string): Promise<void> {
  const bytes = await parts.trust.metadata(name);
  if (bytes === undefined) throw notFound();
  await sendContent(request, response, {
    sizeBytes: bytes.length,
    contentType: "application/json",
    etag: `"${hash("sha256", bytes)}"`,
    cacheControl: "no-cache",
    open: (range) => Promise.resolve(piece(bytes, range)),
  });
}

async function sendTarget(request: IncomingMessage, response: ServerResponse, parts: TrustMountParts, path: string): Promise<void> {
  const target = parts.trust.findTarget(path);
  if (target === undefined) throw notFound();
  await sendContent(request, response, {
    sizeBytes: target.sizeBytes,
    contentType: "application/json",
    etag: `"${target.sha256}"`,
    cacheControl: "private, max-age=86400, immutable",
    open: (range) =>
      target.content === undefined ? parts.blobs.open(target.sha256, range) : Promise.resolve(piece(target.content, range)),
  });
}

function decodePath(url: string | undefined): string {
  try {
    return decodeURIComponent((url ?? "/").split("?")[0] ?? "/");
  } catch (cause) {
    throw new AppError("INPUT_INVALID", "The address is not valid; nothing was read.", { cause });
  }
}

function below(path: string, prefix: string): string | undefined {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : undefined;
}

function notFound(): AppError {
  return new AppError("NOT_FOUND", "There is no such trust metadata.");
}

async function* piece(bytes: Uint8Array, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(range === undefined ? bytes : bytes.subarray(range.first, range.last + 1));
}

function sendMethodNotAllowed(response: ServerResponse): void {
  response.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
}
