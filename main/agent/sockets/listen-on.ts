import { spawn } from "node:child_process";
import { once } from "node:events";

/** Connections that wait while versions change; the kernel caps it at net.core.somaxconn. */
const BACKLOG = 4096;
const PATIENCE_MS = 30_000;

/**
 * Calls listen(2) on descriptors from 3 on and ends before its event loop turns, so that it never accepts. Node has no
 * listen(2) alone. It writes the place of the descriptor that could not listen, and why.
 */
const PROGRAM = `
const count = Number(process.argv[1]);
const next = (index) => {
  if (index === count) process.exit(0);
  require("net").createServer()
    .on("error", (error) => { require("fs").writeSync(1, index + " " + error.code); process.exit(1); })
    .listen({ fd: 3 + index, backlog: ${BACKLOG} }, () => next(index + 1));
};
next(0);
`;

/** A holder outlives updates that remove the file of its own runtime; the kernel still has it. */
const OWN_RUNTIME = process.platform === "linux" ? "/proc/self/exe" : process.execPath;

/** Which descriptor could not listen, by its place in the list, and the system's code for why. */
export type ListenFailure = { readonly index: number; readonly code: string };

/**
 * Makes bound sockets listen, without accepting: the open file is shared with a helper process that does the call.
 *
 * @returns what failed first; undefined when all of them listen.
 */
export async function listenOn(fds: readonly number[]): Promise<ListenFailure | undefined> {
  if (fds.length === 0) return undefined;
  const child = spawn(OWN_RUNTIME, ["-e", PROGRAM, String(fds.length)], {
    env: {},
    stdio: ["ignore", "pipe", "ignore", ...fds],
    timeout: PATIENCE_MS,
  });
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => void (said += chunk.toString("utf8")));
  try {
    await once(child, "close");
  } catch {
    return { index: 0, code: "ESPAWN" };
  }
  if (child.exitCode === 0) return undefined;
  const [, index = "0", code = "EUNKNOWN"] = /^(\d+) ([A-Z0-9_]+)$/.exec(said) ?? [];
  return { index: Number(index), code };
}
