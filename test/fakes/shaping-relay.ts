import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A TCP relay in front of a port of this machine with the rate of a thin line: what the server sends passes no faster,
 * over all connections together. What clients send is not held back.
 */
export class ShapingRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #bytesPerSecond: number;
  /** When the line is free again, on the clock of `performance`. */
  #freeAtMs = 0;
  /** Bytes that servers have sent through it. */
  passed = 0;

  private constructor(targetPort: number, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#server = createServer((client) => this.#relay(client, targetPort));
  }

  /** Starts one; whoever starts it closes it. @param bytesPerSecond Infinity holds nothing back. */
  static async start(targetPort: number, bytesPerSecond: number): Promise<ShapingRelay> {
    const relay = new ShapingRelay(targetPort, bytesPerSecond);
    await new Promise<void>((settle) => {
      relay.#server.listen(0, "127.0.0.1", settle);
    });
    return relay;
  }

  get url(): string {
    // A TCP server that listens has an address of this form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on the line has this rate. */
  shape(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((settle) => {
      this.#server.close(() => settle());
    });
  }

  #relay(client: Socket, port: number): void {
    const server = connect({ port, host: "127.0.0.1" });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.once("close", () => {
        this.#sockets.delete(socket);
        other.destroySoon();
      });
    }
    client.pipe(server);
    void this.#pump(server, client);
  }

  async #pump(server: Socket, client: Socket): Promise<void> {
    try {
      for await (const piece of server) if (Buffer.isBuffer(piece)) await this.#pass(piece, client);
      client.end();
    } catch {
      client.destroy();
    }
  }

  async #pass(piece: Buffer, client: Socket): Promise<void> {
    const beginMs = Math.max(performance.now(), this.#freeAtMs);
    this.#freeAtMs = beginMs + (piece.length / this.#bytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    this.passed += piece.length;
    if (!client.write(piece)) await room(client);
  }
}

/** Resolves when the socket takes more, or never will. */
function room(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
    if (socket.destroyed) done();
  });
}
