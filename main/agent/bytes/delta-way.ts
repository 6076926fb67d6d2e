import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { AppError, fromWire, toAppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { checkRoom } from "../update/disk-room.ts";
import { forgetDownload } from "../update/download.ts";
import type { Hop } from "./choose-way-to-bytes.ts";
import type { DeltaGround } from "./delta-ground.ts";
import { fetchBlob, type BlobPorts, type BlobResult } from "./fetch-blob.ts";
import type { WayFiles } from "./way-files.ts";
import type { WayRecord } from "./way-record.ts";

/** What the delta itself is to blame for. A network that is gone, or a full disk, says nothing about the next attempt. */
const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["DELTA_INVALID", "ARTIFACT_DIGEST_MISMATCH", "NOT_FOUND", "REMOTE_TOO_SLOW"]);

/** A delta that came this often, in pieces or anew, and is still not whole costs more than it saves. */
const MAX_COMINGS = 3;

const DAMAGED = new AppError(
  "ENV_DATA_CORRUPT",
  "The kept version that the delta starts from is not whole any more; nothing was made from it.",
);

/** How far a file on its way is; `applying` once a delta is here and the file is made with it. */
export type WayProgress = { readonly receivedBytes: number; readonly totalBytes: number; readonly applying?: true };

/** What walking deltas takes. */
export type DeltaWay = {
  readonly ports: BlobPorts;
  readonly ground: DeltaGround;
  readonly productId: string;
  readonly files: WayFiles;
  readonly record: WayRecord;
  readonly hops: readonly Hop[];
  readonly signal: AbortSignal;
  readonly mayBegin: () => boolean;
  readonly onProgress: (progress: WayProgress) => void;
};

/** `astray`: one delta was given up, there may be another way. */
export type DeltaWayResult =
  | { readonly kind: "made" }
  | { readonly kind: "astray"; readonly reason: string }
  | { readonly kind: "stopped"; readonly failure: HostFailure };

/**
 * Makes the file of a release, or what it unpacks to, from a kept one, delta by delta. Each step in between is whole, verified and flushed
 * before it has its name, so that a kill at any instant leaves steps that are done or not done. What goes wrong gives up
 * one delta; it never ends the attempt.
 */
export async function walkDeltas(way: DeltaWay): Promise<DeltaWayResult> {
  const { hops, files, ground } = way;
  await sweepUnfinished(files);
  const start = await findStart(way);
  if (start === undefined) return giveUp(way, hops[0], DAMAGED);
  let { path } = start;
  for (const [index, hop] of hops.entries()) {
    if (index < start.index) continue;
    const isLast = index === hops.length - 1;
    const made = isLast ? ground.goal : ground.between(hop.to.sha256);
    const result = await takeHop(way, hop, { from: path, to: made, next: hops[index + 1] });
    if (result !== undefined) return result;
    if (index > 0) await removeTree(path);
    path = made;
  }
  return { kind: "made" };
}

/** The last step in between that an earlier try has made, else what is kept. */
async function findStart({ hops, ground }: DeltaWay): Promise<{ readonly path: string; readonly index: number } | undefined> {
  for (let index = hops.length - 1; index > 0; index -= 1) {
    const before = hops[index - 1];
    if (before === undefined) continue;
    const path = ground.between(before.to.sha256);
    if (await ground.isMade(path, before.to)) return { path, index };
  }
  const [first] = hops;
  const path = first && (await ground.findStart(first.delta));
  return path === undefined ? undefined : { path, index: 0 };
}

type Between = { readonly from: string; readonly to: string; readonly next: Hop | undefined };

async function takeHop(way: DeltaWay, hop: Hop, between: Between): Promise<DeltaWayResult | undefined> {
  const { record, files, signal } = way;
  const { sha256 } = hop.delta;
  const path = files.delta(sha256);
  try {
    // Beside the delta itself stands what is made with it; what it starts from is there already.
    await checkRoom(files.folder, hop.delta.sizeBytes - (await fileSize(path)) + hop.to.sizeBytes);
    const fetched = await fetchDelta(way, hop);
    if (fetched.kind === "stopped") return fetched;
    if (fetched.kind === "failed") throw fromWire({ code: fetched.failure.code ?? "INTERNAL", message: fetched.failure.message });
    await record.came(sha256, hop.delta.sizeBytes);
    await record.begin(sha256);
    await apply(way, hop, between);
    await forgetDownload(path);
    return undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return giveUp(way, hop, toAppError(thrown));
  }
}

async function giveUp({ record, files }: DeltaWay, hop: Hop | undefined, why: AppError): Promise<DeltaWayResult> {
  if (hop !== undefined) {
    const path = files.delta(hop.delta.sha256);
    await record.giveUp(hop.delta.sha256, { bytes: await fileSize(path), reason: why.message, isLasting: LASTING.has(why.code) });
    await forgetDownload(path);
  }
  return { kind: "astray", reason: why.message };
}

/** Its digest is checked before anything reads it. Pieces of a torn download are fetched once more, whole. */
async function fetchDelta(way: DeltaWay, { delta }: Hop): Promise<BlobResult> {
  const { ports, productId, files, signal, mayBegin, onProgress } = way;
  const path = files.delta(delta.sha256);
  const file = { sha256: delta.sha256, sizeBytes: delta.sizeBytes };
  const told = (receivedBytes: number): void => onProgress({ receivedBytes, totalBytes: delta.sizeBytes });
  for (;;) {
    const result = await fetchBlob(ports, {
      productId,
      file,
      path,
      maxBytes: MAX_COMINGS * file.sizeBytes,
      signal,
      mayBegin,
      onProgress: told,
    });
    if (result.kind !== "here" || (await sha256OfFile(path)) === delta.sha256) return result;
    if (result.isInOneGo) throw new AppError("DELTA_INVALID", "The delta that came does not have the signed digest; it was thrown away.");
    await forgetDownload(path);
  }
}

async function apply({ ground, files, hops, signal, onProgress, record }: DeltaWay, hop: Hop, between: Between): Promise<void> {
  const { delta } = hop;
  onProgress({ receivedBytes: delta.sizeBytes, totalBytes: delta.sizeBytes, applying: true });
  const making = files.making(randomBytes(6).toString("hex"));
  const beforeVisible = async (): Promise<void> => {
    if (between.next !== undefined) return;
    // What had come of the whole file is of no use now; nor is the word about which version of it that was.
    await forgetDownload(files.whole);
    await record.made(hops.length);
  };
  try {
    await ground.apply({ hop, ...between, making, signal, beforeVisible });
    await syncFolder(files.folder);
  } catch (thrown) {
    await removeTree(making);
    throw toDiskError(thrown, files.folder);
  }
}

async function sweepUnfinished(files: WayFiles): Promise<void> {
  const names = await readdir(files.folder).catch(() => []);
  for (const name of names) if (files.isMaking(name)) await removeTree(join(files.folder, name));
}
