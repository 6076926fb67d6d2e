import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { AppError } from "#shared/errors/app-error.ts";
import { MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { LinkSocket } from "#main/control-plane/ports/link-socket.ts";
import { remoteOf } from "./exchange.ts";

/** Frames of one host under way in the control plane before its socket is read no further. */
const MAX_UNDER_WAY = 64;

type Link = ControlPlane["hosts"]["link"];

/**
 * Takes the agents' WebSockets. Compression is off: frames are small, and its windows would cost more memory than
 * everything else of a connection (measured in the spikes).
 */
export function linkUpgrade(link: Link): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const sockets = new WebSocketServer({
    noServer: true,
    // A frame somewhat over the limit still gets its coded farewell; beyond this the bytes are not even taken in.
    maxPayload: 2 * MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  return (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (opened) => serve(link, opened, remoteOf(request)));
  };
}

function serve(link: Link, socket: WebSocket, remote: string): void {
  const session = link.accept(new UpgradedSocket(socket), remote);
  let underWay = 0;
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) return session.refuse(new AppError("LINK_FRAME_INVALID", "A binary message is no frame; it was not taken."));
    underWay += 1;
    if (underWay > MAX_UNDER_WAY) socket.pause();
    void session.receive(textOf(data)).then(() => {
      underWay -= 1;
      if (underWay === MAX_UNDER_WAY / 2 && socket.isPaused) socket.resume();
    });
  });
  socket.on("pong", () => session.alive());
  socket.on("error", (failure) => {
    if ("code" in failure && failure.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
      session.refuse(new AppError("LINK_FRAME_TOO_LARGE", `A frame of more than ${MAX_FRAME_BYTES} bytes was not read.`));
    }
  });
  socket.on("close", () => session.closed());
}

/** A class, since there is one for each of ten thousand agents: four closures of an object weigh more than its socket. */
class UpgradedSocket implements LinkSocket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // A far end that does not answer the close is cut off by ws after its own deadline; reading it further is pointless.
    if (this.#socket.isPaused) this.#socket.resume();
  }

  probe(): void {
    this.#socket.ping();
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}
