import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Requests under way, and agents that were told goodbye, have this long to end; what is left is cut. */
const GRACE_MS = 2_000;

/** The open connections of a server, upgraded ones as well, which Node's own list leaves out. */
export type Connections = {
  cutAll(): void;
  /** Cuts those that have never said anything, which clients open in advance and Node does not count as idle. */
  cutUnused(): void;
};

/** Keeps the list; to be called before the server listens. */
export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    cutUnused: () => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}

/**
 * Stops a server without failing anyone who waits for an answer: takes no new connections, says goodbye to agents,
 * lets requests end, and cuts what is left.
 */
export async function stopListening(server: Server, connections: Connections, sayGoodbye: () => Promise<void>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await sayGoodbye();
  server.closeIdleConnections();
  connections.cutUnused();
  const cut = setTimeout(() => connections.cutAll(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}
