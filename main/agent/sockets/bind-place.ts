import { chmod, chown, lstat, unlink } from "node:fs/promises";
import net from "node:net";
import { errnoOf, isNotFound } from "#main/node/disk-error.ts";
import type { HeldPlace } from "./held-place.ts";

/** A socket with an address, which nobody has listened on through this process. */
export type BoundPlace = InstanceType<typeof net.BoundSocket>;

/** Node has had `path` since 24.20; its types do not name it. */
const pathOptions = (path: string): ConstructorParameters<typeof net.BoundSocket>[0] & { readonly path: string } => ({ path });

/** Whether somebody answers at the socket file. What is left of one whose owner was killed refuses connections. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (thrown) => resolve(errnoOf(thrown) !== "ECONNREFUSED"));
  });
}

async function removeStaleSocket(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isSocket() || (await isAnswered(path))) return;
    await unlink(path);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

/** Sets who may connect to a socket file. */
export async function giveAccess(place: Extract<HeldPlace, { kind: "unix" }>): Promise<void> {
  await chmod(place.path, place.mode);
  if (place.uid >= 0 || place.gid >= 0) await chown(place.path, place.uid, place.gid);
}

/**
 * Takes an address without listening yet. A socket file that a killed owner left behind is replaced; anything else in
 * the way stays.
 *
 * @throws the system's error: EADDRINUSE, EACCES, EADDRNOTAVAIL, …
 */
export async function bindPlace(place: HeldPlace): Promise<BoundPlace> {
  if (place.kind === "tcp") return new net.BoundSocket({ host: place.host, port: place.port });
  await removeStaleSocket(place.path);
  const bound = new net.BoundSocket(pathOptions(place.path));
  try {
    await giveAccess(place);
    return bound;
  } catch (thrown) {
    bound.close();
    throw thrown;
  }
}
