import { createHash } from "node:crypto";
import { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";

/** What carries an agent's frames; a WebSocket, or a pair of functions in one process. */
export type AgentWire = {
  send(text: string): void;
  close(): void;
};

/** What a wire tells its agent. */
export type WireEvents = {
  readonly opened: (wire: AgentWire) => void;
  readonly frame: (text: string) => void;
  readonly closed: (code: number) => void;
};

/** Opens wires to one control plane. */
export type Dial = (events: WireEvents) => void;

/** Dials a control plane over its WebSocket; a certificate is accepted when it has this pin. */
export function webSocketDial(url: string, certificatePin?: string): Dial {
  const address = new URL(AGENT_PATHS.link, url);
  address.protocol = address.protocol.replace("http", "ws");
  return (events) => {
    const socket = new WebSocket(address, { perMessageDeflate: false, rejectUnauthorized: false });
    const wire = { send: (text: string) => socket.send(text), close: () => socket.close() };
    socket.on("upgrade", ({ socket: raw }) => {
      if (certificatePin !== undefined && pinOf(raw) !== certificatePin) socket.terminate();
    });
    socket.on("open", () => events.opened(wire));
    socket.on("message", (data: Buffer) => events.frame(data.toString("utf8")));
    socket.on("close", (code) => events.closed(code));
    socket.on("error", () => undefined);
  };
}

function pinOf(socket: unknown): string | undefined {
  return socket instanceof TLSSocket ? createHash("sha256").update(socket.getPeerCertificate().raw).digest("hex") : undefined;
}
