import { AppError } from "#shared/errors/app-error.ts";
import type { HashMessage } from "./hash-worker.ts";

/**
 * The SHA-256 of a file as lower-case hex, counted in a worker of its own, so that neither the page nor its memory
 * feels how large the file is.
 *
 * @throws AppError ARTIFACT_UNREADABLE when the file is gone, changed or may not be read; CANCELLED by the signal.
 */
export function hashFile(file: File, signal: AbortSignal, onBytes: (doneBytes: number) => void): Promise<string> {
  const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" });
  const end = Promise.withResolvers<string>();
  const cancel = () => end.reject(new AppError("CANCELLED", "The file was taken out while it was hashed."));
  const unreadable = () =>
    end.reject(new AppError("ARTIFACT_UNREADABLE", `${file.name} cannot be read, or it changed while it was read; nothing was sent.`));
  worker.addEventListener("error", unreadable);
  worker.addEventListener("message", (event: MessageEvent<HashMessage>) => {
    if (event.data.kind === "progress") onBytes(event.data.doneBytes);
    else if (event.data.kind === "done") end.resolve(event.data.sha256);
    else unreadable();
  });
  signal.addEventListener("abort", cancel, { once: true });
  worker.postMessage(file);
  return end.promise.finally(() => {
    signal.removeEventListener("abort", cancel);
    worker.terminate();
  });
}
