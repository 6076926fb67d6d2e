/**
 * For applications, not for the agent: how a Node service is handed its sockets by Rollcall (or by systemd), says that it
 * is ready, and ends without a failed request. One file without dependencies; `docs/zero-downtime.md` is its guide.
 *
 *     import { createServer } from "node:http";
 *     import { serve } from "./drain.ts";
 *     await serve(createServer(handle), { name: "http", otherwise: { port: 8080 } });
 */
import { closeSync, writeSync } from "node:fs";
import { Server as HttpServer, type ServerResponse } from "node:http";
import { Server as HttpsServer } from "node:https";
import { Server, type ListenOptions } from "node:net";

/** Where to listen, and how to end. */
export type ServeOptions = {
  /** The socket's name in the run spec; the first socket without it. */
  readonly name?: string;
  /** Where to listen when nobody passed a socket: at a developer's desk, or on a host that cannot hold any. */
  readonly otherwise?: ListenOptions;
  /** The accept queue; Node would set it to 511 on a socket that was passed with more. */
  readonly backlog?: number;
  /** How long a connection may be idle, once draining, before it is closed. */
  readonly idleMs?: number;
  /** How long draining may take; keep it below the run spec's `drainDeadlineMs`. */
  readonly deadlineMs?: number;
  /** Called when the last connection has ended, or the deadline has come; ends the process unless given. */
  readonly onDrained?: () => void;
};

const FIRST_FD = 3;

/** The descriptor of a socket that was passed to this very process; undefined when there is none of that name. */
export function passedSocket(name?: string): number | undefined {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names } = process.env;
  if (pid !== String(process.pid)) return undefined;
  const index = name === undefined ? 0 : (names ?? "").split(":").indexOf(name);
  return index < 0 || index >= Number(count) ? undefined : FIRST_FD + index;
}

/** `http=127.0.0.1:8080 admin=/run/a.sock`: what the host would have held if it could. */
function toldAddress(name?: string): ListenOptions | undefined {
  const all = (process.env["ROLLCALL_LISTEN"] ?? "").split(" ");
  const told = name === undefined ? all[0] : all.find((one) => one.startsWith(`${name}=`));
  const address = told?.slice(told.indexOf("=") + 1) ?? "";
  if (address === "" || address.startsWith("/")) return address === "" ? undefined : { path: address };
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** Listens on the socket that was passed, or else where the host or the caller says. Resolves when connections are taken. */
export function listen(server: Server, options: ServeOptions = {}): Promise<void> {
  const { name, otherwise, backlog = 4096 } = options;
  const fd = passedSocket(name);
  const where = fd === undefined ? (toldAddress(name) ?? otherwise ?? { port: 0 }) : { fd };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...where, backlog }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Says that this process is ready to serve. Nothing happens where nobody waits for it; say it once. */
export function ready(): void {
  const fd = Number(process.env["ROLLCALL_READY_FD"]);
  if (!Number.isInteger(fd) || fd < FIRST_FD) return;
  delete process.env["ROLLCALL_READY_FD"];
  try {
    writeSync(fd, "ready\n");
    closeSync(fd);
  } catch {
    // Whoever waited has gone away; serving matters more.
  }
}

/** Makes every response of a draining server the last one of its connection, those that have begun included where they can. */
function lastResponses(server: HttpServer | HttpsServer): () => void {
  const open = new Set<ServerResponse>();
  let isDraining = false;
  const close = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader("Connection", "close");
  };
  server.prependListener("request", (_request, response: ServerResponse) => {
    if (isDraining) return close(response);
    open.add(response);
    response.once("close", () => open.delete(response));
  });
  return () => {
    isDraining = true;
    for (const response of open) close(response);
  };
}

/**
 * Prepares a server to drain, and answers the function that begins it.
 *
 * Draining stops accepting and nothing else: connections in the queue are the next version's. Every response from now on
 * says `Connection: close`, so that clients leave by themselves; only connections that stay silent are closed, after a
 * while. `http.Server.close()` would close idle connections at once, and a request that is on its way just then fails.
 */
export function drainable(server: Server, options: ServeOptions = {}): () => void {
  const { idleMs = 1500, deadlineMs = 25_000, onDrained = () => process.exit(0) } = options;
  const http = server instanceof HttpServer || server instanceof HttpsServer ? server : undefined;
  const endResponses = http && lastResponses(http);
  let isDraining = false;
  return () => {
    if (isDraining) return;
    isDraining = true;
    endResponses?.();
    const silence = setInterval(() => http?.closeIdleConnections(), idleMs);
    const deadline = setTimeout(onDrained, deadlineMs);
    // Of its class, not of its own: stops accepting, and calls back when the last connection has ended.
    Server.prototype.close.call(server, () => {
      clearInterval(silence);
      clearTimeout(deadline);
      onDrained();
    });
  };
}

/** Listens, says that it is ready, and drains on SIGTERM, which ends the process. Most services need nothing else. */
export async function serve(server: Server, options: ServeOptions = {}): Promise<void> {
  process.on("SIGTERM", drainable(server, options));
  await listen(server, options);
  ready();
}
