import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Both directions of one connection: `up` is what the client sent. */
export type Recorded = { readonly up: Buffer[]; readonly down: Buffer[] };

/** A TCP relay in front of a port of this machine that keeps everything that passes, as someone on the wire could. */
export class RecordingRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections: Recorded[] = [];
  /** Where it leads; a server that was started again may have another port. */
  targetPort: number;

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer((client) => this.#relay(client));
  }

  /** Starts one; whoever starts it closes it. */
  static async start(targetPort: number): Promise<RecordingRelay> {
    const relay = new RecordingRelay(targetPort);
    await new Promise<void>((settle) => {
      relay.#server.listen(0, "127.0.0.1", settle);
    });
    return relay;
  }

  get url(): string {
    // A TCP server that listens has an address of this form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What clients sent, the frames of WebSockets in the clear. */
  up(): Buffer {
    return Buffer.concat(this.#connections.map(({ up }) => unmasked(Buffer.concat(up))));
  }

  /** What they were answered; servers send WebSocket frames in the clear. */
  down(): Buffer {
    return Buffer.concat(this.#connections.flatMap(({ down }) => down));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((settle) => {
      this.#server.close(() => settle());
    });
  }

  #relay(client: Socket): void {
    const recorded: Recorded = { up: [], down: [] };
    this.#connections.push(recorded);
    const server = connect({ port: this.targetPort, host: "127.0.0.1" });
    for (const [from, to, kept] of [
      [client, server, recorded.up],
      [server, client, recorded.down],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (chunk: Buffer) => {
        kept.push(chunk);
        to.write(chunk);
      });
      from.on("error", () => to.destroy());
      from.on("end", () => to.end());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}

/** Takes the mask off a client's WebSocket frames (RFC 6455, 5.3), which would hide whatever is in them. */
function unmasked(sent: Buffer): Buffer {
  const head = sent.indexOf("\r\n\r\n");
  if (head < 0 || !/upgrade: websocket/i.test(sent.subarray(0, head).toString("latin1"))) return sent;
  const parts: Buffer[] = [sent.subarray(0, head)];
  for (let at = head + 4; at + 6 <= sent.length;) {
    const short = sent.readUInt8(at + 1) & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 6 + extra > sent.length) break;
    const length = extra === 0 ? short : extra === 2 ? sent.readUInt16BE(at + 2) : Number(sent.readBigUInt64BE(at + 2));
    const mask = sent.subarray(at + 2 + extra, at + 6 + extra);
    const body = sent.subarray(at + 6 + extra, at + 6 + extra + length);
    parts.push(Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))));
    at += 6 + extra + length;
  }
  return Buffer.concat(parts);
}
