import type { DeltaReason } from "../metrics/counters.ts";
import { isWorthwhileDelta } from "#shared/domain/release/delta.ts";
import type { DeltaKind } from "#shared/domain/release/tree-delta.ts";
import { chooseCodecs, type DeltaMeans, type DeltaMethod } from "#shared/domain/release/delta-means.ts";
import { shareOfTries, type DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { DeltaMaker, DeltaOutcome, DeltaSide } from "../ports/delta-maker.ts";
import type { Logger } from "../ports/logger.ts";
import type { ArtifactSource } from "../publication/artifact-source.ts";
import type { DeltaRow } from "./delta-repository.ts";

/** What became of one delta, as its row says it. */
export type DeltaEnd = Pick<DeltaRow, "state" | "message"> &
  Partial<Pick<DeltaRow, "codec" | "sizeBytes" | "sha256" | "fromTree" | "toTree">>;

/** The same, with why none was made in a closed list. */
export type DeltaResult = { readonly end: DeltaEnd; readonly reason: DeltaReason };

/** What making one needs. */
export type DeltaMeansParts = {
  readonly blobs: BlobStore;
  readonly logger: Logger;
  readonly artifacts: ArtifactSource;
  readonly maker: DeltaMaker;
  readonly memoryBytes: () => number;
};

/** The time that one making has, and who hears how far it is; `isTimeUp` tells the end of the time from being stopped. */
export type DeltaTime = {
  readonly remainingMs: number;
  readonly signal: AbortSignal;
  readonly isTimeUp: AbortSignal;
  readonly onProgress: (progress: DeltaProgress) => void;
};

/** Part of the free memory that making may use, so that the machine does not begin to swap. */
const FREE_PART = 0.8;

/**
 * Makes one delta and stores it under its digest. The same two files give the same delta, so that doing it again after a
 * kill adds nothing. Never throws: every failure is an end.
 */
export async function makeOneDelta(parts: DeltaMeansParts, row: DeltaRow, time: DeltaTime): Promise<DeltaResult> {
  try {
    return await tryToMake(parts, row, time);
  } catch (thrown) {
    if (time.isTimeUp.aborted) return { end: { state: "skipped", message: "Not made: the time for deltas was over." }, reason: "time" };
    const failure = toAppError(thrown);
    if (failure.code === "INTERNAL") parts.logger.error({ err: failure.cause, releaseId: row.releaseId }, "a delta could not be made");
    const reason = failure.code === "INTERNAL" || failure.code === "ENV_DISK_FULL" ? "crash" : "missing";
    return { end: { state: "failed", message: `Not made: ${failure.message}`.slice(0, 500) }, reason };
  }
}

async function tryToMake(parts: DeltaMeansParts, row: DeltaRow, time: DeltaTime): Promise<DeltaResult> {
  const fresh = sideOf(parts, row.releaseId, row.artifactSha256, await sizeOf(parts, row));
  const old = sideOf(parts, row.fromReleaseId, row.fromSha256, row.fromSizeBytes);
  const memoryBytes = Math.floor(Math.min(parts.memoryBytes(), parts.maker.availableMemoryBytes() * FREE_PART));
  const method = chooseMethod(row, { oldBytes: old.sizeBytes, newBytes: fresh.sizeBytes, memoryBytes, remainingMs: time.remainingMs });
  if (method.kind === "too-large") return tooLarge(method.neededBytes, memoryBytes);
  time.onProgress({ stage: "fetching", share: 0 });
  const bench = await parts.maker.prepare(old, fresh, time.signal);
  try {
    const outcomes: DeltaOutcome[] = [];
    for (const codec of method.codecs) {
      // The fast one is there already when the slow one runs out of time.
      if (time.signal.aborted) break;
      const onProgress = (progress: DeltaProgress): void => time.onProgress(shareOfTries(method.codecs, codec, progress));
      outcomes.push(await bench.make(codec, memoryBytes, time.signal, onProgress).catch(unlessMade(outcomes, time)));
    }
    return await keepSmallest(parts.blobs, outcomes, fresh.sizeBytes, memoryBytes);
  } finally {
    await bench.close();
  }
}

type Method = { readonly kind: "make"; readonly codecs: readonly DeltaKind[] } | Extract<DeltaMethod, { readonly kind: "too-large" }>;

/** What archives unpack to is known to nobody yet: the process that makes it looks at each pair of files by itself. */
function chooseMethod({ isTree }: DeltaRow, means: DeltaMeans): Method {
  return isTree === 1 ? { kind: "make", codecs: ["tree"] } : chooseCodecs(means);
}

function unlessMade(outcomes: readonly DeltaOutcome[], time: DeltaTime): (thrown: unknown) => DeltaOutcome {
  return (thrown) => {
    if (!time.isTimeUp.aborted || !outcomes.some((one) => one.kind === "made")) throw thrown;
    return { kind: "failed", reason: "the time for deltas was over" };
  };
}

async function keepSmallest(
  blobs: BlobStore,
  outcomes: readonly DeltaOutcome[],
  freshBytes: number,
  memoryBytes: number,
): Promise<DeltaResult> {
  const [best] = outcomes.filter((one) => one.kind === "made").toSorted((left, right) => left.sizeBytes - right.sizeBytes);
  if (best === undefined) {
    const failed = outcomes.find((one) => one.kind === "failed");
    if (failed !== undefined) return { end: { state: "failed", message: `Not made: ${failed.reason}.` }, reason: "crash" };
    const message = `Not made: it took more than the ${formatBytes(memoryBytes)} of memory that it may use.`;
    return { end: { state: "failed", message }, reason: "memory" };
  }
  const { codec, sizeBytes } = best;
  if (!isWorthwhileDelta(sizeBytes, freshBytes)) {
    const percent = Math.round((100 * sizeBytes) / freshBytes);
    const message = `Dropped: it would be ${percent} % of the full file.`;
    return { end: { state: "dropped", message, codec, sizeBytes }, reason: "not-smaller" };
  }
  const { digests } = await blobs.adopt(best.path);
  const trees = best.trees && { fromTree: best.trees.from, toTree: best.trees.to };
  return { end: { state: "made", message: "", codec, sizeBytes, sha256: digests.sha256, ...trees }, reason: "none" };
}

function tooLarge(neededBytes: number, memoryBytes: number): DeltaResult {
  const message = `Not made: it needs ${formatBytes(neededBytes)} of memory, and ${formatBytes(memoryBytes)} may be used.`;
  return { end: { state: "skipped", message }, reason: "memory" };
}

async function sizeOf({ blobs }: DeltaMeansParts, { artifactSha256 }: DeltaRow): Promise<number> {
  const found = await blobs.stat(artifactSha256);
  if (found === undefined) throw new AppError("ENV_DATA_CORRUPT", "The file of this release is not stored here any more.");
  return found.sizeBytes;
}

function sideOf({ artifacts }: DeltaMeansParts, releaseId: string, sha256: string, sizeBytes: number): DeltaSide {
  return { sha256, sizeBytes, open: (signal) => artifacts.open(releaseIdSchema.parse(releaseId), sha256, undefined, signal) };
}
