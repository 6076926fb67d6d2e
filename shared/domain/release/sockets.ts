import { z } from "zod";
import { durationMs, slug } from "../../lib/scalars.ts";

/** What an application knows a socket by, in `LISTEN_FDNAMES`, whose separator is a colon. */
const socketName = slug;
const host = z.union([z.ipv4(), z.ipv6()], { error: "a numeric address such as 127.0.0.1 or ::" });
const port = z.int().min(1).max(65_535);
/** Within the 108 bytes of sockaddr_un, with room for what `{work}` stands for to be somewhat longer. */
const socketPath = z
  .string()
  .max(100)
  .regex(/^(?:\/|\{work\}\/)[^\p{Cc}]+$/u, "a path from / or {work}/");

/** A port, as `host:port`. `::` takes connections of IPv4, too. */
export const tcpSocket = z.object({ name: socketName, kind: z.literal("tcp"), host: host.optional(), port });
/** A socket in the file system. `{work}` stands for the application's work folder. */
export const unixSocket = z.object({
  name: socketName,
  kind: z.literal("unix"),
  path: socketPath,
  /** Octal digits. */
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, "octal digits such as 660")
    .optional(),
});

/** A listening socket that the host holds for an application, so that connections wait while versions change. */
export const heldSocket = z.discriminatedUnion("kind", [tcpSocket, unixSocket]);
export type HeldSocket = z.infer<typeof heldSocket>;

/** Where a port listens that names no host: this machine alone, since the wide world is a decision. */
export const DEFAULT_SOCKET_HOST = "127.0.0.1";
/** Who may connect to a socket in the file system that names no mode: its owner and its group. */
export const DEFAULT_SOCKET_MODE = "660";
/** How long the version before may take to end its requests while the next one serves. */
export const DEFAULT_DRAIN_DEADLINE_MS = 30_000;

/** A socket's address as people write it: `127.0.0.1:8080`, `[::]:8080`, `/run/app.sock`. */
export function socketAddress(socket: HeldSocket): string {
  if (socket.kind === "unix") return socket.path;
  const { host: at = DEFAULT_SOCKET_HOST, port: number } = socket;
  return at.includes(":") ? `[${at}]:${number}` : `${at}:${number}`;
}

const isUnique = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** On Linux `::` takes the port of IPv4 as well, so that the two cannot be held beside each other. */
function bothFamiliesOnce(sockets: readonly HeldSocket[]): boolean {
  const ports = sockets.flatMap((one) => (one.kind === "tcp" ? [one] : []));
  return !ports.some((wide) => wide.host === "::" && ports.some((one) => one.port === wide.port && !(one.host ?? "").includes(":")));
}

/** The fields of a run spec that are about held sockets. Optional without default: what was signed keeps its bytes. */
export const socketFields = z.object({
  sockets: z
    .array(heldSocket)
    .max(16)
    .refine((all) => isUnique(all.map(({ name }) => name)), "two sockets have the same name")
    .refine((all) => isUnique(all.map(socketAddress)), "two sockets have the same address")
    .refine(bothFamiliesOnce, "`::` takes connections of IPv4 on its port, too; leave the other one out")
    .optional(),
  /** With sockets: how long the version before may take to end its requests, from SIGTERM to SIGKILL. */
  drainDeadlineMs: durationMs.max(3_600_000).optional(),
});

/** Where the host's own file moves a socket of this name to. */
export const socketOverride = z.strictObject({ host: host.optional(), port: port.optional(), path: socketPath.optional() });
export type SocketOverride = z.infer<typeof socketOverride>;
