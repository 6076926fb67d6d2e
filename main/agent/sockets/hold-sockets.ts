/**
 * The program of the holder, `hold-sockets FOLDER`: holds sockets and what inherits them, until there is nothing to hold.
 * Started by the agent, never by people; there is one for a folder. It says a line when it can be reached. A program of its
 * own, and in a bundle text of the agent's, so that it loads nothing but what stands here: it stays for as long as services do.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { rm } from "node:fs/promises";
import { lockFile } from "#main/node/file-lock.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { socketPath } from "../ipc/ipc-home.ts";
import { Holder } from "./holder.ts";

async function holdSockets(folder: string): Promise<void> {
  const lock = await lockFile(join(folder, "holder.lock"), `the sockets of ${folder}`);
  const path = await socketPath(folder);
  // Ours to remove: whoever listens there holds the lock.
  await rm(path, { force: true });
  const { promise: idle, resolve: end } = Promise.withResolvers<void>();
  const holder = new Holder(end);
  const server = createServer((socket) => holder.serve(socket));
  // Whoever reaches it starts programs as this account; the mask is narrow for the instant of the call alone.
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await once(server, "listening");
  process.stdout.write("listening\n");
  await idle;
  server.close();
  lock.release();
}

try {
  await holdSockets(process.argv[2] ?? "");
  process.exit(0);
} catch (thrown) {
  process.stderr.write(`${new Date().toISOString()} ${toAppError(thrown).message}\n`);
  process.exit(1);
}
