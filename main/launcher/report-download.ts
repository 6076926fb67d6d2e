/*
 * Loaded before Electron's own install script (`node --import`): counts the bytes that it fetches and tells the parent.
 * The script itself, its mirrors, its cache and its checksums stay as they are.
 */
import type { DownloadProgress } from "./download-progress.ts";

const REPORT_EVERY_BYTES = 128 * 1024;
const fetchUncounted = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await fetchUncounted(input, init);
  // A refusal goes through untouched: its address stands in the error.
  if (!response.ok || response.body === null) return response;
  const length = Number(response.headers.get("content-length"));
  const total = Number.isSafeInteger(length) && length > 0 ? { totalBytes: length } : {};
  let receivedBytes = 0;
  let reportedBytes = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      receivedBytes += chunk.byteLength;
      if (receivedBytes - reportedBytes >= REPORT_EVERY_BYTES || receivedBytes === length) {
        reportedBytes = receivedBytes;
        process.send?.({ receivedBytes, ...total } satisfies DownloadProgress);
      }
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), { status: response.status, headers: response.headers });
};
