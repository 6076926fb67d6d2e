import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { archiveRefusal } from "../archive/archive-refusal.ts";

/** How the program `upx` is run over a file that somebody sent. */
export type UpxRun = {
  /** The program's own path. */
  readonly program: string;
  /** Where it writes, beside nothing else; removed afterwards. */
  readonly outPath: string;
  /** What it may use at most, in bytes. */
  readonly memoryBytes: number;
  /** Some times what the largest programs take. */
  readonly seconds: number;
};

/** POSIX counts files so. */
const BLOCK_BYTES = 512;

/** The bounds are the system's, so that they hold whatever becomes of this process; `exec` leaves one process to be ended. */
const BOUNDED = 'ulimit -t "$1" && ulimit -f "$2" && ulimit -v "$3" 2>/dev/null; shift 3; exec "$@"';

const run = promisify(execFile);

/**
 * What a program that is packed with UPX was before, by `upx -d`: its author's own code, held to some time, a size
 * of output and an amount of memory.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED when the program is not there, does not unpack it, or goes beyond a bound.
 */
export async function* upxContents(path: string, upx: UpxRun | undefined, mostBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (upx === undefined) throw archiveRefusal("it is packed with UPX, and the program upx is not here to unpack it");
  const { program, outPath, memoryBytes, seconds } = upx;
  const bounds = [seconds, Math.ceil(mostBytes / BLOCK_BYTES), Math.ceil(memoryBytes / 1024)].map(String);
  try {
    const options = { env: {}, timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 1 << 20 } as const;
    await run("/bin/sh", ["-c", BOUNDED, "sh", ...bounds, program, "-d", "-qq", "-o", outPath, "--", path], options).catch(
      (cause: unknown) => {
        throw archiveRefusal("upx does not unpack it within its bounds", undefined, cause);
      },
    );
    if ((await stat(outPath)).size > mostBytes) throw archiveRefusal("upx unpacks it to more than may be measured");
    yield* createReadStream(outPath);
  } finally {
    await rm(outPath, { force: true });
  }
}
