import { createServer } from "node:net";
import { unlink } from "node:fs/promises";
import { once } from "node:events";
import { lockFile } from "#main/node/file-lock.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import type { StatePaths } from "../state/state-paths.ts";
import { Holder } from "./holder.ts";

/** Nobody came, as when the agent that started this was killed at once. */
const LONELY_AFTER_MS = 60_000;

/**
 * `rollcall-agent hold-sockets`: holds sockets and what inherits them, until there is nothing to hold. Started by the
 * agent, never by people; there is one for a state folder.
 *
 * @throws AppError ENV_DATA_IN_USE when there is one already.
 */
export async function holdSocketsCommand(paths: StatePaths): Promise<void> {
  const lock = lockFile(paths.holderLock, `the sockets of ${paths.folder}`);
  // Ours to remove: whoever listens there holds the lock.
  await unlink(paths.holderSocket).catch((thrown: unknown) => {
    if (!isNotFound(thrown)) throw thrown;
  });
  const { promise: idle, resolve: end } = Promise.withResolvers<void>();
  const holder = new Holder(end);
  const lonely = setTimeout(end, LONELY_AFTER_MS);
  const server = createServer((socket) => {
    clearTimeout(lonely);
    holder.serve(socket);
  });
  // Whoever reaches it starts programs as this account; the mask is narrow for the instant of the call alone.
  const mask = process.umask(0o177);
  server.listen(paths.holderSocket);
  process.umask(mask);
  await once(server, "listening");
  await idle;
  clearTimeout(lonely);
  server.close();
  lock.release();
}
