import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isNotFound } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { readStableFile, requirePlainFile } from "#main/node/stable-file.ts";
import { pause } from "../pause.ts";
import { stateOf, untilChanged } from "../until-changed.ts";
import type { PlainOrigin } from "./plain-file.ts";

/** A file that somebody writes in place is waited for, up to this often, before it is taken as it is. */
const STABLE_LOOKS = 20;
const STABLE_MS = 250;

/** One file of this machine, which its owner replaces when there is a new one. */
export function fileOrigin(path: string): PlainOrigin {
  return {
    kind: "single",
    place: path,
    news: (intervalMs, signal) => untilChanged(path, intervalMs, signal),
    file: async (signal) => ({
      fingerprint: await stableState(path, signal),
      sizeBytes: await requirePlainFile(path),
      name: basename(path),
      version: undefined,
      bring: ({ into }) => copyWhole(path, into),
      beside: async (name, maxBytes) => {
        try {
          return await readBoundedFile(join(dirname(path), name), maxBytes);
        } catch (thrown) {
          if (isNotFound(thrown)) return undefined;
          throw thrown;
        }
      },
    }),
  };
}

async function stableState(path: string, signal: AbortSignal): Promise<string> {
  let before = await stateOf(path);
  for (let look = 0; look < STABLE_LOOKS && !signal.aborted; look += 1) {
    await pause(STABLE_MS, signal);
    const now = await stateOf(path);
    if (now === before) break;
    before = now;
  }
  return before;
}

/** From the start each time: half a file and half of its successor are neither. @throws AppError ARTIFACT_CHANGED, ARTIFACT_UNREADABLE. */
async function copyWhole(from: string, into: string): Promise<boolean> {
  const file = await open(into, "w", 0o600);
  try {
    for await (const chunk of readStableFile(from)) await file.write(chunk);
  } finally {
    await file.close();
  }
  return (await fileSize(into)) > 0;
}
