import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A way to a server that stalls after so many bytes, until it is opened. */
export type StallingRelay = {
  readonly url: string;
  /** Lets everything pass from now on. */
  open(): void;
};

/** Stands between a client and the server at `target`; a connection that has sent `limitBytes` gets no further. */
export async function stallingRelay(target: string, limitBytes: number): Promise<StallingRelay> {
  let limit = limitBytes;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), "127.0.0.1");
    let passed = 0;
    client.on("data", (piece) => {
      passed += piece.length;
      // What comes later is lost, since a socket that is paused does not notice its own end.
      if (passed <= limit) upstream.write(piece);
    });
    upstream.pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    open: () => {
      limit = Number.POSITIVE_INFINITY;
    },
  };
}
