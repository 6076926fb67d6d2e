import type { NamedDelta } from "#shared/domain/release/tree-delta.ts";
import { MAX_DELTA_SIDE_BYTES } from "#main/node/delta/delta-header.ts";
import { applyingMemoryBytes, TREE_APPLYING_BYTES } from "./applying-memory.ts";

/** Deltas that one release is made with at most, one after the other: each reads and writes a whole file. */
export const MAX_HOPS = 4;

/** Signed manifests of releases in between that are asked for at most, to find a chain. */
const MAX_ASKED = 8;

/** A file by what it is, not where it lies. */
export type NamedFile = { readonly sha256: string; readonly sizeBytes: number };

/** One delta and the file that it makes. */
export type Hop = { readonly delta: NamedDelta; readonly to: NamedFile };

/** Everything that the choice depends on, as of one moment. */
export type WayFacts = {
  readonly target: NamedFile;
  /** Bytes of the whole file that have come before and are built on. */
  readonly arrivedBytes: number;
  /** Digests of files that this host keeps, as far as it is known that they are whole. */
  readonly kept: ReadonlySet<string>;
  /** By digest, the signed deltas that make a file. A file whose release has not been asked for is absent. */
  readonly deltasTo: ReadonlyMap<string, readonly NamedDelta[]>;
  /** Digests of deltas that did not lead here. */
  readonly givenUp: ReadonlySet<string>;
  /** What applying may take of this host's memory. */
  readonly memoryBytes: number;
};

/** How the bytes of a release come here. `ask` wants the deltas of a release in between first. `why` is for the log. */
export type WayToBytes =
  | { readonly kind: "kept" }
  | { readonly kind: "deltas"; readonly hops: readonly Hop[] }
  | { readonly kind: "ask"; readonly version: string; readonly file: NamedFile }
  | { readonly kind: "full"; readonly why: string };

/** Hops from some file to the target, the one that is applied first at the front. */
type Path = { readonly from: NamedDelta["from"]; readonly hops: readonly Hop[]; readonly bytes: number };

/**
 * Chooses how the bytes of a release come to this host: not at all where it has them, else by one delta, else by a chain
 * of them, else whole. Deltas are taken only while they are smaller than what is missing of the whole file.
 */
export function chooseWayToBytes(facts: WayFacts): WayToBytes {
  const { target, kept, deltasTo } = facts;
  if (kept.has(target.sha256)) return { kind: "kept" };
  let open: Path[] = [];
  for (let hops = 1; hops <= MAX_HOPS; hops += 1) {
    const paths = hops === 1 ? pathsInto(facts, target, { hops: [], bytes: 0 }) : open.flatMap((path) => pathsInto(facts, path.from, path));
    const found = smallest(paths.filter((path) => kept.has(path.from.sha256)));
    if (found !== undefined) return { kind: "deltas", hops: found.hops };
    open = smallestOfEach(paths);
    // Nearer releases are looked into before farther ones: fewer hops, and more hosts have them.
    const mayAsk = hops < MAX_HOPS && kept.size > 0 && deltasTo.size <= MAX_ASKED;
    const unknown = smallest(open.filter((path) => mayAsk && !deltasTo.has(path.from.sha256)));
    if (unknown !== undefined) return { kind: "ask", version: unknown.from.version, file: unknown.from };
  }
  return { kind: "full", why: whyFull(facts) };
}

function pathsInto(facts: WayFacts, to: NamedFile, after: Pick<Path, "hops" | "bytes">): Path[] {
  const missingBytes = facts.target.sizeBytes - facts.arrivedBytes;
  return (facts.deltasTo.get(to.sha256) ?? [])
    .filter((delta) => !facts.givenUp.has(delta.sha256) && isApplicable(delta, to, facts.memoryBytes))
    .map((delta) => ({
      from: delta.from,
      hops: [{ delta, to: { sha256: to.sha256, sizeBytes: to.sizeBytes } }, ...after.hops],
      bytes: after.bytes + delta.sizeBytes,
    }))
    .filter((path) => path.bytes < missingBytes);
}

function isApplicable(delta: NamedDelta, to: NamedFile, memoryBytes: number): boolean {
  if (delta.codec === "tree") return TREE_APPLYING_BYTES <= memoryBytes;
  const isWithinFormat = delta.from.sizeBytes <= MAX_DELTA_SIDE_BYTES && to.sizeBytes <= MAX_DELTA_SIDE_BYTES;
  return isWithinFormat && applyingMemoryBytes(delta.codec, delta.from.sizeBytes, to.sizeBytes) <= memoryBytes;
}

function smallest(paths: readonly Path[]): Path | undefined {
  return paths.reduce<Path | undefined>((best, path) => (best === undefined || path.bytes < best.bytes ? path : best), undefined);
}

/** Several ways may lead through one file; only the shortest of them can be part of a shortest whole. */
function smallestOfEach(paths: readonly Path[]): Path[] {
  const best = new Map<string, Path>();
  for (const path of paths) {
    const known = best.get(path.from.sha256);
    if (known === undefined || path.bytes < known.bytes) best.set(path.from.sha256, path);
  }
  return [...best.values()];
}

function whyFull({ target, deltasTo, givenUp, kept }: WayFacts): string {
  if ((deltasTo.get(target.sha256) ?? []).length === 0) return "its release has no deltas";
  if (givenUp.size > 0) return "the deltas that there are did not lead to it";
  return kept.size === 0
    ? "this host keeps nothing that a delta could start from"
    : "no delta that is smaller and fits starts from what is kept";
}
