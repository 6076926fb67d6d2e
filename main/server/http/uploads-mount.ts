import type { IncomingMessage, ServerResponse } from "node:http";
import { EVENTS, Server } from "@tus/server";
import { isAllowed, type Principal } from "#shared/domain/access/permission.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { uploadId } from "#shared/lib/ids.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { UploadFiles } from "#main/control-plane/ports/upload-files.ts";
import { sendFailure } from "./send-failure.ts";
import { UploadFileStore } from "./upload-file-store.ts";

/** Where the mount stands; the shell routes this path and everything below it here. */
export const UPLOADS_PATH = "/uploads";

/** How often progress is looked at, in milliseconds. */
const PROGRESS_STEP_MS = 500;

const METHODS = new Set(["OPTIONS", "POST", "HEAD", "PATCH", "DELETE"]);

/** What the mount receives into. `folder` is that of the `UploadFiles` port. */
export type UploadsMountParts = {
  readonly uploads: Pick<ControlPlane["uploads"], "begin" | "received" | "complete" | "get" | "discard">;
  readonly files: UploadFiles;
  readonly folder: string;
  readonly maxBytes: () => number;
  readonly logger: Logger;
};

/** Serves one request of a caller whom the shell has recognised. */
export type UploadsMount = (request: IncomingMessage, response: ServerResponse, principal: Principal) => Promise<void>;

/**
 * Receives files by the tus protocol 1.0 (resumable, also after a restart). The upload's metadata must carry
 * `filename` and may carry `sha256` in lower-case hex, against which the bytes are then held. The id in the `Location` is the id of the contract's upload.
 */
export function uploadsMount(parts: UploadsMountParts): UploadsMount {
  const callers = new WeakMap<object, Principal>();
  const server = makeServer(parts, (request) => (request === undefined ? undefined : callers.get(request)));
  return async (request, response, principal) => {
    try {
      if (!METHODS.has(request.method ?? "")) return sendMethodNotAllowed(response);
      if (!isAllowed(principal, "release.publish")) {
        throw new AppError("ACCESS_DENIED", `The role ${principal.role} does not include release.publish; nothing was received.`);
      }
      callers.set(request, principal);
      await server.handle(request, response);
    } catch (thrown) {
      sendFailure(response, thrown, parts.logger);
    }
  };
}

function makeServer(parts: UploadsMountParts, callerOf: (request: object | undefined) => Principal | undefined): Server {
  const { uploads, logger } = parts;
  const server = new Server({
    path: UPLOADS_PATH,
    datastore: new UploadFileStore(parts.folder, parts.files, uploads),
    relativeLocation: true,
    maxSize: () => parts.maxBytes(),
    postReceiveInterval: PROGRESS_STEP_MS,
    // Only pages of this origin send files here.
    allowedOrigins: () => false,
    getFileIdFromRequest: (_request, last) => uploadId.safeParse(last).data,
    namingFunction: async (request, metadata) => {
      const caller = callerOf(request.runtime?.node?.req);
      if (caller === undefined) throw new AppError("ACCESS_UNAUTHENTICATED", "Nobody is known to send this file; nothing was received.");
      const sizeBytes = Number(request.headers.get("upload-length"));
      return (await uploads.begin(caller.name, { fileName: metadata?.["filename"] ?? "", sizeBytes, ...readAnnouncement(metadata) })).id;
    },
    onUploadFinish: async (_request, upload) => {
      await uploads.complete(upload.id);
      return {};
    },
    onResponseError: (_request, thrown) => (thrown instanceof Error ? describeFailure(thrown, logger) : undefined),
  });
  server.on(EVENTS.POST_RECEIVE, (_request, upload) => uploads.received(upload.id, upload.offset));
  return server;
}

/** @throws AppError INPUT_INVALID for a digest that is none. */
function readAnnouncement(metadata: Readonly<Record<string, string | null>> | undefined): { readonly sha256?: string } {
  const announced = metadata?.["sha256"];
  if (announced === undefined || announced === null) return {};
  const digest = sha256Hex.safeParse(announced);
  if (!digest.success) throw new AppError("INPUT_INVALID", "The announced sha256 is no digest in lower-case hex; nothing was received.");
  return { sha256: digest.data };
}

/** The library answers what it refuses itself; errors of ours get their wire form, and bugs no words of theirs. */
function describeFailure(thrown: Error, logger: Logger): { status_code: number; body: string } {
  const failure = toAppError(thrown);
  if (failure.code === "INTERNAL") logger.error({ err: thrown }, "an upload request failed unexpectedly");
  return { status_code: ERROR_CODES[failure.code].status, body: JSON.stringify({ ...failure.toWire(), next: failure.next }) };
}

function sendMethodNotAllowed(response: ServerResponse): void {
  response.writeHead(405, { allow: [...METHODS].join(", "), "content-length": 0 }).end();
}
