import type { Inspection } from "#shared/domain/artifact/artifact.ts";
import { isMeasurableAgainst, type UnpackedEstimate } from "#shared/domain/release/unpacked-estimate.ts";
import { releaseId as releaseIdSchema, type ApplicationId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore, ByteRange } from "../ports/blob-store.ts";
import type { DeltaMaker, DeltaOutcome } from "../ports/delta-maker.ts";
import type { ArtifactSource } from "../publication/artifact-source.ts";
import { inspectStored } from "../publication/read-head.ts";

/** An upload that is ready. */
export type PackedUpload = { readonly sizeBytes: number; readonly digests: { readonly sha256: string } };

/** What is asked: the file of an upload, against what the application's hosts have on this platform. */
export type EstimateQuestion = { readonly applicationId: ApplicationId; readonly platform: string };

type Parts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly artifacts: ArtifactSource;
  readonly maker: DeltaMaker;
  readonly memoryBytes: () => number;
};

/** Part of the free memory that measuring may use. */
const FREE_PART = 0.8;

/** Releases that are looked through for a file of the same kind, the newest first. */
const LOOKED_THROUGH = 5;

const USUAL = "Of programs that are not packed, updates send typically 2 to 5 %.";

/** Answers that are kept: the same question is asked by every look at the publish screen. */
const KEPT = 50;

/**
 * Measures what unpacking a packed file would save, in the process that makes deltas, so that neither a bomb nor a large
 * archive harms the control plane. Whoever may spend the machine's time on it asks; nothing is measured unasked.
 */
export class UnpackedEstimates {
  readonly #parts: Parts;
  readonly #kept = new Map<string, UnpackedEstimate>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AppError CANCELLED, and what opening the files failed with. */
  async estimate(upload: PackedUpload, question: EstimateQuestion, signal: AbortSignal): Promise<UnpackedEstimate> {
    const fresh = await inspectStored(upload.sizeBytes, (range) => this.#parts.blobs.open(upload.digests.sha256, range));
    if (fresh.packing === undefined) return unknown(`What this file was packed with cannot be undone here. ${USUAL}`);
    if (!(await this.#parts.maker.canUndo(fresh.packing)))
      return unknown(
        `Not measured: this program is packed with UPX, and the control plane’s machine has no program upx to unpack it. ${USUAL}`,
      );
    const base = await this.#findBase(upload, question, fresh, signal);
    if (base === undefined)
      return unknown("No earlier release has a file of this kind for this platform, so there is nothing to measure against.");
    const key = `${base.sha256} ${upload.digests.sha256}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const answer = toEstimate(await this.#measure(upload, base, signal), upload, base);
    this.#kept.set(key, answer);
    for (const oldest of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(oldest);
    return answer;
  }

  /** The newest published release with a file of such a kind that hosts of this platform have. */
  async #findBase(
    { digests }: PackedUpload,
    { applicationId, platform }: EstimateQuestion,
    fresh: Inspection,
    signal: AbortSignal,
  ): Promise<Base | undefined> {
    const rows = await this.#parts.store.read
      .selectFrom("artifacts")
      .innerJoin("releases", "releases.id", "artifacts.releaseId")
      .select(["artifacts.sha256", "artifacts.sizeBytes", "releases.id as releaseId", "releases.version"])
      .where("releases.applicationId", "=", applicationId)
      .where("releases.state", "=", "published")
      .where("artifacts.platform", "=", platform)
      .where("artifacts.sha256", "!=", digests.sha256)
      .orderBy("releases.publishedAt", "desc")
      .limit(LOOKED_THROUGH)
      .execute();
    for (const row of rows) {
      const open = (range: ByteRange) => this.#open(row, range, signal);
      // One whose bytes cannot be had now is passed over.
      const older = await inspectStored(row.sizeBytes, open).catch(() => undefined);
      if (older !== undefined && isMeasurableAgainst(fresh, older)) return row;
    }
    return undefined;
  }

  #open({ releaseId, sha256 }: Base, range: ByteRange | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    return this.#parts.artifacts.open(releaseIdSchema.parse(releaseId), sha256, range, signal);
  }

  async #measure({ digests, sizeBytes }: PackedUpload, base: Base, signal: AbortSignal): Promise<DeltaOutcome> {
    const { blobs, maker, memoryBytes } = this.#parts;
    const old = { ...base, open: (stop: AbortSignal) => this.#open(base, undefined, stop) };
    const bench = await maker.prepare(old, { sha256: digests.sha256, sizeBytes, open: () => blobs.open(digests.sha256) }, signal);
    try {
      return await bench.measureUnpacked(Math.floor(Math.min(memoryBytes(), maker.availableMemoryBytes() * FREE_PART)), signal);
    } finally {
      await bench.close();
    }
  }
}

type Base = { readonly releaseId: string; readonly version: string; readonly sha256: string; readonly sizeBytes: number };

function toEstimate(outcome: DeltaOutcome, upload: PackedUpload, base: Base): UnpackedEstimate {
  if (outcome.kind === "over-memory") return unknown("Measuring what unpacking would save takes more memory than it may use.");
  if (outcome.kind === "failed") return unknown(`What unpacking would save is not known. ${asSentence(outcome.reason)}`.slice(0, 400));
  return {
    kind: "estimated",
    fromVersion: base.version,
    packedBytes: upload.sizeBytes,
    deltaBytes: outcome.sizeBytes,
    unpackedBytes: outcome.unpackedBytes ?? 0,
  };
}

const unknown = (reason: string): UnpackedEstimate => ({ kind: "unknown", reason });

const asSentence = (reason: string): string => `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}${reason.endsWith(".") ? "" : "."}`;
