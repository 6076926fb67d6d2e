import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isOwnHost } from "./own-addresses.ts";

type Parts = {
  readonly path: string;
  readonly serve: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly isReady: () => boolean;
  readonly ownNames: () => ReadonlySet<string>;
};

/** Lets WebSockets of agents in, and nobody else's: a browser tells the origin of a page, which no agent has. */
export function upgradeHandler(parts: Parts): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (request, socket, head) => {
    // A connection that breaks before or during the upgrade is nobody's failure.
    socket.on("error", () => socket.destroy());
    if ((request.url ?? "").split("?", 1)[0] !== parts.path) return refuse(socket, "404 Not Found");
    if (!parts.isReady()) return refuse(socket, "503 Service Unavailable");
    if (request.headers.origin !== undefined || !isOwnHost(request.headers.host, parts.ownNames())) return refuse(socket, "403 Forbidden");
    parts.serve(request, socket, head);
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
