import type { ReleaseDelta } from "#shared/domain/release/delta.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { decodeHeader, HEADER_BYTES } from "#main/node/delta/delta-header.ts";
import type { WriteUnit } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { FoundDelta } from "../ports/release-store.ts";
import { DeltaRepository } from "./delta-repository.ts";

/** A delta that lies in a store, and the way to its bytes. */
export type DeltaToAdopt = FoundDelta & { readonly open: () => Promise<AsyncIterable<Uint8Array>> };

/** One between two files, whose digests bind what it makes. */
type FileDelta = DeltaToAdopt & { readonly delta: ReleaseDelta };

const isOfFiles = (one: DeltaToAdopt): one is FileDelta => one.delta.codec !== "tree";

/** Takes over deltas with a release that is adopted from a store, so that they need not be made again. */
export class DeltaAdoption {
  readonly #blobs: BlobStore;
  readonly #logger: Logger;

  constructor(blobs: BlobStore, logger: Logger) {
    this.#blobs = blobs;
    this.#logger = logger;
  }

  /**
   * Fetches them, for a draft of these files. Their own headers must say that they lead where they are said to; hosts check
   * every byte of what comes out besides. One that cannot be had is left out: never throws for it. Those between trees are
   * made anew: what an archive unpacks to is signed here only as it was seen here.
   */
  async fetch(deltas: readonly DeltaToAdopt[], signal: AbortSignal): Promise<readonly FileDelta[]> {
    const fetched: FileDelta[] = [];
    for (const delta of onePerPair(deltas.filter(isOfFiles))) {
      if (signal.aborted) break;
      try {
        if (await this.#fetch(delta, signal)) fetched.push(delta);
      } catch (thrown) {
        const { artifactSha256 } = delta;
        this.#logger.warn(
          { err: toAppError(thrown), artifactSha256 },
          "a delta of an adopted release could not be fetched; it is left out",
        );
      }
    }
    return fetched;
  }

  /** Gives them to a draft, within the unit that makes it. */
  async keep(unit: WriteUnit, releaseId: ReleaseId, deltas: readonly FileDelta[]): Promise<void> {
    for (const [ordinal, { artifactSha256, delta }] of deltas.entries()) {
      const { from, codec, sizeBytes, sha256 } = delta;
      const kind = { isTree: 0 as const, fromTree: null, toTree: null };
      const made = { state: "made" as const, attempts: 0, codec, sizeBytes, sha256, ...kind, named: 0 as const, message: "" };
      const row = { releaseId, artifactSha256, fromSha256: from.sha256, fromVersion: from.version, fromSizeBytes: from.sizeBytes };
      // Which release of ours it starts from is not asked: it is made, so its bytes are not needed.
      await new DeltaRepository(unit.db).insert({ ...row, ...made, fromReleaseId: "", ordinal });
    }
  }

  /** False when it is not what the manifest says of it. */
  async #fetch({ artifactSha256, delta, open }: FileDelta, signal: AbortSignal): Promise<boolean> {
    const { sha256, sizeBytes } = delta;
    const { head } = await this.#blobs.ingest(await open(), { expected: { sha256, sizeBytes }, signal });
    const header = decodeHeader(Buffer.from(head.subarray(0, HEADER_BYTES.matches)), sizeBytes);
    return header.codec === delta.codec && header.oldSha256 === delta.from.sha256 && header.newSha256 === artifactSha256;
  }
}

/** A file that serves several platforms may be told of, with its deltas, once for each. */
function onePerPair(deltas: readonly FileDelta[]): readonly FileDelta[] {
  return [...new Map(deltas.map((one) => [`${one.artifactSha256} ${one.delta.from.sha256}`, one])).values()];
}
