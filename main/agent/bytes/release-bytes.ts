import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FetchedRelease } from "#shared/domain/host/fetched.ts";
import type { NamedDelta } from "#shared/domain/release/tree-delta.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { stampPath } from "#main/node/archive/verify-tree.ts";
import { fileSize } from "#main/node/file-size.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { AgentLogger } from "../logger.ts";
import type { SignedArtifact } from "../trust/check-manifest.ts";
import type { TrustClient } from "../trust/trust-client.ts";
import { checkRoom } from "../update/disk-room.ts";
import type { TargetRelease } from "../update/journal.ts";
import type { PreparationResult } from "../update/next-step.ts";
import type { ApplyDelta } from "./apply-in-child.ts";
import { chooseWayToBytes, type NamedFile, type WayToBytes } from "./choose-way-to-bytes.ts";
import { walkDeltas, type WayProgress } from "./delta-way.ts";
import { fetchBlob, type BlobPorts } from "./fetch-blob.ts";
import type { DeltaGround } from "./delta-ground.ts";
import { fileGround } from "./file-ground.ts";
import { treeGround, type WantedTree } from "./tree-ground.ts";
import { wayFiles, type WayFiles } from "./way-files.ts";
import { WayRecord } from "./way-record.ts";

/** What deltas take beyond whole files. Absent, a host fetches whole files only. */
export type DeltaPorts = {
  readonly applyDelta: ApplyDelta;
  /** Where the kept versions of the application lie, in folders named by digest. */
  readonly slots: string;
  /** What applying may take of this host's memory now, in bytes. */
  readonly spareMemoryBytes: () => number;
  readonly logger: AgentLogger;
};

/** What bringing bytes here takes. */
export type ReleaseBytesPorts = BlobPorts & {
  readonly trust: Pick<TrustClient, "fetchManifest">;
  readonly downloads: string;
  readonly deltas?: DeltaPorts;
};

/** A release whose signed artifact is known, on its way here. */
export type BytesWanted = {
  readonly applicationId: string;
  readonly productId: string;
  readonly target: TargetRelease;
  readonly artifact: SignedArtifact;
  /** Set where it is unpacked here, and what it unpacks to is signed: then that may be made without it. */
  readonly tree?: WantedTree | undefined;
  readonly signal: AbortSignal;
  /** Whether another request may begin now. */
  readonly mayBegin: () => boolean;
  readonly onProgress: (progress: WayProgress) => void;
};

type Journey = { readonly wanted: BytesWanted; readonly file: NamedFile; readonly files: WayFiles; readonly record: WayRecord };

/**
 * Brings the bytes of a release whose manifest is verified to where they are verified in turn, by the smallest way that
 * works: what is kept, deltas, the whole file. Deltas only ever save bytes; whatever is off with one leads to the whole file.
 */
export class ReleaseBytes {
  readonly #ports: ReleaseBytesPorts;
  /** Downloads that one answer brought from first to last byte. */
  readonly #wholeInOneGo = new Set<string>();
  /** What was hashed on its way, with the state of its file then. */
  readonly #hashed = new Map<string, { readonly sha256: string; readonly stamp: string }>();
  /** Downloads that were left out for kept bytes. A second time in a row they are fetched: the kept ones were not taken. */
  readonly #leftOut = new Set<string>();

  constructor(ports: ReleaseBytesPorts) {
    this.#ports = ports;
  }

  /** Whether one answer brought all of a file: if its digest is wrong then, fetching it again brings the same. */
  cameInOneGo(path: string): boolean {
    return this.#wholeInOneGo.has(path);
  }

  /** SHA-256 of a file that has arrived; it is read only when somebody has written to it since it came. */
  async digestOf(path: string): Promise<string> {
    const known = this.#hashed.get(path);
    this.#hashed.delete(path);
    return known !== undefined && known.stamp === (await stampPath(path)) ? known.sha256 : sha256OfFile(path);
  }

  /** @throws AppError ENV_DISK_FULL; what has arrived is kept. */
  async bring(wanted: BytesWanted): Promise<PreparationResult> {
    const { downloads, deltas } = this.#ports;
    const { applicationId, target, artifact } = wanted;
    const files = wayFiles(downloads, applicationId, target);
    const record = await WayRecord.open(files.record);
    const file = { sha256: artifact.digests.sha256, sizeBytes: artifact.sizeBytes };
    const journey = { wanted, file, files, record };
    const ended = deltas === undefined ? undefined : await this.#withDeltas(journey, deltas);
    return ended ?? this.#whole(journey);
  }

  /** Undefined leaves the whole file as the way. */
  async #withDeltas(journey: Journey, deltas: DeltaPorts): Promise<PreparationResult | undefined> {
    const { wanted, file, files, record } = journey;
    const { logger } = deltas;
    const ground = groundOf(journey, deltas);
    const kept = await ground.kept();
    if (kept.has(file.sha256) && (this.#leftOut.delete(files.whole) || (await ground.findTarget()) === undefined)) kept.delete(file.sha256);
    const isMade = record.isMade && (await ground.isMade(ground.goal, file));
    if (isMade) return downloaded(record.told(0, file.sizeBytes));
    if (record.isMade) await record.unmake();
    for (;;) {
      const way = await this.#choose(journey, ground, kept, deltas);
      const version = wanted.target.version;
      if (way.kind === "full") logger.info({ version, why: way.why }, "The whole file is fetched.");
      if (way.kind === "kept") {
        await checkRoom(files.folder, file.sizeBytes);
        this.#leftOut.add(files.whole);
        return downloaded(record.told(0, file.sizeBytes));
      }
      if (way.kind !== "deltas") return undefined;
      const { productId, signal, mayBegin, onProgress } = wanted;
      logger.info(
        { version, deltas: way.hops.map(({ delta }) => `${delta.from.version}: ${delta.sizeBytes} bytes`) },
        "Deltas are fetched.",
      );
      const ports = this.#ports;
      const walked = await walkDeltas({ ports, ground, productId, files, record, hops: way.hops, signal, mayBegin, onProgress });
      if (walked.kind === "stopped") return walked;
      if (walked.kind === "made") return downloaded(record.told(0, file.sizeBytes));
      logger.warn({ version, reason: walked.reason }, "A delta did not lead to the release; another way is taken.");
    }
  }

  async #choose(
    { wanted, file, files, record }: Journey,
    ground: DeltaGround,
    kept: ReadonlySet<string>,
    deltas: DeltaPorts,
  ): Promise<Exclude<WayToBytes, { kind: "ask" }>> {
    const deltasTo = new Map<string, readonly NamedDelta[]>([[file.sha256, ground.deltasOf(wanted.artifact)]]);
    const facts = {
      target: file,
      arrivedBytes: await fileSize(files.whole),
      kept,
      deltasTo,
      givenUp: record.givenUp,
      memoryBytes: deltas.spareMemoryBytes(),
    };
    for (;;) {
      const way = chooseWayToBytes(facts);
      if (way.kind !== "ask") return way;
      deltasTo.set(way.file.sha256, await this.#deltasOf(wanted, way, ground, deltas.logger));
    }
  }

  /** What is signed about a release in between. It is not installed, so that nothing but its deltas matters; one that cannot be had has none. */
  async #deltasOf(
    { productId, applicationId }: BytesWanted,
    { version, file }: Extract<WayToBytes, { kind: "ask" }>,
    ground: DeltaGround,
    logger: AgentLogger,
  ): Promise<readonly NamedDelta[]> {
    try {
      const manifest = await this.#ports.trust.fetchManifest(productId, version);
      if (manifest.applicationId !== applicationId) return [];
      const found = manifest.artifacts.find((one) => one.digests.sha256 === file.sha256 && one.sizeBytes === file.sizeBytes);
      return found === undefined ? [] : ground.deltasOf(found);
    } catch (thrown) {
      logger.info({ version, code: toAppError(thrown).code }, "No chain of deltas leads through this version.");
      return [];
    }
  }

  async #whole({ wanted, file, files, record }: Journey): Promise<PreparationResult> {
    const { productId, signal, mayBegin, onProgress } = wanted;
    await sweepDeltas(files);
    this.#wholeInOneGo.delete(files.whole);
    await checkRoom(files.folder, file.sizeBytes - (await fileSize(files.whole)));
    const onWhole = async (sha256: string): Promise<void> =>
      void this.#hashed.set(files.whole, { sha256, stamp: await stampPath(files.whole) });
    const told = (receivedBytes: number): void => onProgress({ receivedBytes, totalBytes: file.sizeBytes });
    const result = await fetchBlob(this.#ports, { productId, file, path: files.whole, signal, mayBegin, onProgress: told, onWhole });
    if (result.kind !== "here") return result;
    if (result.isInOneGo) this.#wholeInOneGo.add(files.whole);
    return downloaded(record.told(record.isMade ? 0 : file.sizeBytes, file.sizeBytes));
  }
}

/** What this release is kept as on this host decides what deltas may lead to. */
function groundOf({ wanted, file, files }: Journey, { slots, applyDelta }: DeltaPorts): DeltaGround {
  const { tree } = wanted;
  if (tree === undefined) return fileGround(slots, files, file, applyDelta);
  return treeGround({ slots, files, target: file, wanted: tree, applyDelta });
}

function downloaded(fetched: FetchedRelease): PreparationResult {
  return { kind: "downloaded", fetched };
}

async function sweepDeltas(files: WayFiles): Promise<void> {
  for (const name of await readdir(files.folder)) if (files.isOfDeltas(name)) await removeTree(join(files.folder, name));
}
