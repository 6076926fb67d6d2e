import { DEFAULT_SOCKET_HOST, DEFAULT_SOCKET_MODE, type HeldSocket, type SocketOverride } from "#shared/domain/release/sockets.ts";
import type { RunUser } from "../process/resolve-run-user.ts";
import { placeKey, type WantedSocket } from "./held-place.ts";

/** What decides where a version's sockets are on this host. */
export type SocketTerms = {
  /** By name, from the host's own file. */
  readonly overrides: Readonly<Record<string, SocketOverride>> | undefined;
  /** What `{work}` stands for. */
  readonly workFolder: string;
  /** Whom the application runs as, who gets the files of its sockets; the agent's own account without it. */
  readonly user: RunUser | undefined;
};

/** The variable that says where an application listens, for one that has to do so by itself. */
export const LISTEN_VARIABLE = "ROLLCALL_LISTEN";

/** The sockets of a run spec as this host has them, in the order in which the application gets them. */
export function toWantedSockets(
  sockets: readonly HeldSocket[] | undefined,
  { overrides, workFolder, user }: SocketTerms,
): readonly WantedSocket[] {
  return (sockets ?? []).map((socket) => {
    const moved = overrides?.[socket.name];
    if (socket.kind === "tcp") {
      const { host = DEFAULT_SOCKET_HOST, port } = socket;
      return { name: socket.name, place: { kind: "tcp", host: moved?.host ?? host, port: moved?.port ?? port } };
    }
    const path = (moved?.path ?? socket.path).replace(/^\{work\}/, workFolder);
    const mode = Number.parseInt(socket.mode ?? DEFAULT_SOCKET_MODE, 8);
    return { name: socket.name, place: { kind: "unix", path, mode, uid: user?.uid ?? -1, gid: user?.gid ?? -1 } };
  });
}

/** `http=127.0.0.1:8080 admin=/run/admin.sock`, as {@link LISTEN_VARIABLE} has it. */
export function listenText(wanted: readonly WantedSocket[]): string {
  return wanted.map(({ name, place }) => `${name}=${placeKey(place)}`).join(" ");
}
