import { Agent, type AgentOptions } from "node:https";
import { hash } from "node:crypto";
import type { Duplex } from "node:stream";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { AppError } from "#shared/errors/app-error.ts";

type OnCreate = (error: Error | null, stream: Duplex) => void;

function checkPin(socket: TLSSocket, pin: string, host: string): AppError | undefined {
  const { raw } = socket.getPeerCertificate();
  // A resumed session shows no certificate; it is refused like a wrong one (and the agent keeps no sessions to resume).
  const seen = raw instanceof Uint8Array ? hash("sha256", raw) : "none";
  if (seen === pin) return undefined;
  return new AppError(
    "TRUST_CERTIFICATE_REFUSED",
    `${host} showed another certificate than the one that is expected; nothing was sent to it. Its SHA-256 is ${seen}, not ${pin}.`,
    { details: { expected: pin, seen } },
  );
}

/**
 * Connections to a server that is known by the SHA-256 of its certificate instead of by an authority's word.
 *
 * The usual chain and name checks are off, since a self-made certificate passes neither; in their place stands one
 * stricter check, and nobody gets the socket before it has passed: no byte of a request leaves before the pin holds.
 */
export class PinnedAgent extends Agent {
  readonly #pin: string;

  /** @param pin SHA-256 of the certificate's DER, in hex. */
  constructor(pin: string, options: AgentOptions = {}) {
    super({ ...options, maxCachedSessions: 0 });
    this.#pin = pin;
  }

  override createConnection(options: ConnectionOptions, callback?: OnCreate): Duplex | null | undefined {
    const socket = connect({ ...options, rejectUnauthorized: false });
    let isDone = false;
    const finish = (error: Error | null): void => {
      if (isDone) return;
      isDone = true;
      if (error !== null) socket.destroy();
      callback?.(error, socket);
    };
    socket.once("secureConnect", () => finish(checkPin(socket, this.#pin, options.host ?? "The server") ?? null));
    socket.once("error", finish);
    socket.once("close", () => finish(new AppError("REMOTE_UNREACHABLE", "The connection ended before it was secured; nothing was sent.")));
    return undefined;
  }
}
