import { z } from "zod";
import { semver, sha256Hex, sizeBytes } from "../../lib/scalars.ts";
import { deltaCodec, MAX_DELTAS, type ReleaseDelta } from "./delta.ts";

/** How a delta is made: between two files by one of the codecs, or between what two archives unpack to. */
export const deltaKind = z.enum([...deltaCodec.options, "tree"]);
export type DeltaKind = z.infer<typeof deltaKind>;

/**
 * A delta between what two archives unpack to (docs/delta-format.md, "Between folders"). `from` names the older archive as
 * its own release does, and the digest of the tree that hosts keep of it.
 */
export const releaseTreeDelta = z.object({
  from: z.object({ version: semver, sha256: sha256Hex, sizeBytes, tree: sha256Hex }),
  codec: z.literal("tree"),
  sizeBytes,
  sha256: sha256Hex,
});
export type ReleaseTreeDelta = z.infer<typeof releaseTreeDelta>;

/**
 * What an archive unpacks to on hosts: the digest of its canonical listing, and what leads there from trees that hosts
 * keep. A member of its own beside `deltas`: readers that do not know it leave it out and fetch the archive, while a codec
 * that they do not know would make them refuse the whole manifest (docs/adr/0073).
 */
export const releaseTree = z.object({
  sha256: sha256Hex,
  deltas: z
    .array(releaseTreeDelta)
    .min(1)
    .max(MAX_DELTAS)
    .refine((deltas) => new Set(deltas.map(({ from }) => from.sha256)).size === deltas.length, "one delta for each archive it starts from"),
});
export type ReleaseTree = z.infer<typeof releaseTree>;

/** A delta of either kind, as a signed manifest names it; `codec` tells them apart. */
export type NamedDelta = ReleaseDelta | ReleaseTreeDelta;

/** Every delta that leads to an artifact, or to what it unpacks to. */
export function deltasOf({
  deltas = [],
  tree,
}: {
  readonly deltas?: readonly ReleaseDelta[] | undefined;
  readonly tree?: ReleaseTree | undefined;
}): readonly NamedDelta[] {
  return [...deltas, ...(tree?.deltas ?? [])];
}
