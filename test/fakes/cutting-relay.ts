import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** `up` is what the client sends, `down` what the server answers. */
export type Direction = "up" | "down";

/** Lets exactly `afterBytes` more bytes through in one direction, over all connections together, then cuts. */
export type Cut = {
  readonly direction: Direction;
  readonly afterBytes: number;
  /** `connection` (the default) cuts the one that carried the last byte; `all` ends every open connection. */
  readonly scope?: "connection" | "all";
};

type Pair = { readonly client: Socket; readonly server: Socket };

/**
 * A TCP relay that stands between a client and a real server and cuts connections at a chosen byte, as a network does:
 * both ends see a reset, and the bytes before it have arrived. Transparent until it is armed. One cut is armed at a time.
 */
export class CuttingRelay {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #armed: (Cut & { left: number }) | undefined;
  #isDown = false;
  /** How many armed cuts have happened. */
  cuts = 0;
  /** How many connections clients have opened. */
  connections = 0;
  /** Bytes that went through, by direction. */
  readonly passed: Record<Direction, number> = { up: 0, down: 0 };

  private constructor(target: { readonly port: number; readonly host: string }) {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => this.#relay(client, target));
  }

  /** Starts one in front of a port of this machine; whoever starts it closes it. */
  static async start(target: { readonly port: number; readonly host?: string }): Promise<CuttingRelay> {
    const relay = new CuttingRelay({ host: "127.0.0.1", ...target });
    await new Promise<void>((settle) => {
      relay.#server.listen(0, "127.0.0.1", settle);
    });
    return relay;
  }

  /** Where clients connect instead of the target. */
  get port(): number {
    // A TCP server that listens has an address of this form.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts later, once; replaces a cut that has not happened yet. Zero bytes cuts at the next byte, before it passes. */
  arm(cut: Cut): void {
    this.#armed = { ...cut, left: cut.afterBytes };
  }

  /** Forgets a cut that has not happened. */
  disarm(): void {
    this.#armed = undefined;
  }

  /** Resets every open connection now. */
  cutAll(): void {
    for (const pair of this.#pairs) reset(pair);
  }

  /** While down, every new connection is reset at once, as when a machine is gone; open ones are reset now. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
    if (isDown) this.cutAll();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise<void>((settle) => {
      this.#server.close(() => settle());
    });
  }

  #relay(client: Socket, target: { readonly port: number; readonly host: string }): void {
    this.connections += 1;
    client.on("error", () => client.destroy());
    if (this.#isDown) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...target, noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    server.on("error", () => client.resetAndDestroy());
    server.once("connect", () => {
      this.#pump("up", client, server, pair);
      this.#pump("down", server, client, pair);
      client.resume();
    });
    client.once("close", () => this.#pairs.delete(pair));
  }

  #pump(direction: Direction, from: Socket, to: Socket, pair: Pair): void {
    from.on("data", (chunk: Buffer) => {
      const allowed = this.#take(direction, chunk.length);
      this.passed[direction] += allowed;
      const isCut = allowed < chunk.length || this.#isSpent(direction);
      const flushed = to.write(chunk.subarray(0, allowed), isCut ? () => this.#cut(pair) : undefined);
      if (isCut) from.pause();
      else if (!flushed) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.once("end", () => to.end());
    from.once("close", () => (from.errored ? to.resetAndDestroy() : to.end()));
  }

  /** How many of `bytes` may pass. */
  #take(direction: Direction, bytes: number): number {
    const armed = this.#armed;
    if (armed?.direction !== direction) return bytes;
    const allowed = Math.min(armed.left, bytes);
    armed.left -= allowed;
    return allowed;
  }

  #isSpent(direction: Direction): boolean {
    return this.#armed?.direction === direction && this.#armed.left === 0;
  }

  /** What was written before has left by now, so the other end gets it. */
  #cut(pair: Pair): void {
    const armed = this.#armed;
    this.#armed = undefined;
    if (armed !== undefined) this.cuts += 1;
    if (armed?.scope === "all") this.cutAll();
    else reset(pair);
  }
}

/** A relay for the running test, closed when it ends. */
export async function cuttingRelay(targetPort: number): Promise<CuttingRelay> {
  const relay = await CuttingRelay.start({ port: targetPort });
  onTestFinished(() => relay.close());
  return relay;
}

/** Towards the server the connection ends without a reset, which could overtake bytes that it has not read yet. */
function reset(pair: Pair): void {
  pair.client.resetAndDestroy();
  pair.server.destroy();
}
