import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { formatDuration } from "#shared/lib/format.ts";
import { downloadProgress, type DownloadProgress } from "./download-progress.ts";

/** How the fetch is made and watched. */
export type FetchOptions = {
  /** `node_modules/electron`, whose install script does the work. */
  readonly packageFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** So long without a byte, and it is given up. Unpacking, which moves none, gets {@link UNPACK_MS}. */
  readonly stallMs: number;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal;
};

/** A fetch that failed says why, in the middle of a sentence. */
export type FetchOutcome = { readonly kind: "fetched" } | { readonly kind: "failed"; readonly reason: string };

const UNPACK_MS = 120_000;

/** Fetches Electron's program with the package's own install script, in a process that can be given up at any time. */
export async function fetchElectron(options: FetchOptions): Promise<FetchOutcome> {
  const child = spawn(
    process.execPath,
    ["--import", new URL("report-download.ts", import.meta.url).href, join(options.packageFolder, "install.js")],
    { stdio: ["ignore", "ignore", "pipe", "ipc"], env: { ...options.environment, ELECTRON_GET_NO_PROGRESS: "1" } },
  );
  const giveUp = watchProgress(child, options);
  const complaint = collectComplaint(child);
  const code = await new Promise<number | null>((settle) => {
    child.once("error", () => settle(null));
    child.once("close", settle);
  });
  const gaveUp = giveUp.end();
  if (gaveUp !== undefined) return { kind: "failed", reason: gaveUp };
  return code === 0 ? { kind: "fetched" } : { kind: "failed", reason: complaint() };
}

/** Ends the child when nothing moves. `end` stops watching and tells why it gave up, if it did. */
function watchProgress(child: ChildProcess, options: FetchOptions): { readonly end: () => string | undefined } {
  let gaveUp: string | undefined;
  const stop = (reason: string) => (): void => {
    gaveUp ??= reason;
    child.kill("SIGKILL");
  };
  const stalled = stop(`nothing arrived for ${formatDuration(options.stallMs)}`);
  let timer = setTimeout(stalled, options.stallMs);
  const cancelled = stop("it was cancelled");
  options.signal.addEventListener("abort", cancelled);
  child.on("message", (message: unknown) => {
    const progress = downloadProgress.safeParse(message);
    if (!progress.success) return;
    clearTimeout(timer);
    const isWhole = progress.data.receivedBytes === progress.data.totalBytes;
    timer = isWhole ? setTimeout(stop("it could not be unpacked in time"), UNPACK_MS) : setTimeout(stalled, options.stallMs);
    options.onProgress(progress.data);
  });
  return {
    end: () => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", cancelled);
      return gaveUp;
    },
  };
}

const LONGEST_COMPLAINT = 4096;

/** Keeps the beginning of what the script says on its way out; the first line of its error is the reason. */
function collectComplaint(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (piece: Buffer) => {
    if (text.length < LONGEST_COMPLAINT) text += piece.toString("utf8");
  });
  return () => {
    const line = /^(?:\w*Error): (.+)$/m.exec(text)?.[1] ?? "its download failed";
    return line.slice(0, 200);
  };
}
