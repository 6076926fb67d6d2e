import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { StoredLocation } from "../../control-plane/ports/release-store.ts";
import type { GithubAsset } from "#shared/domain/store/github/github-documents.ts";

/** Where a file lies: its asset, and for people the tag and name under which they find it. */
const assetLocation = z.object({ tag: z.string().max(1000), name: z.string().max(1000), assetId: z.int().positive() });
export type AssetLocation = z.infer<typeof assetLocation>;

/** The place of an artifact, to be kept beside the release. */
export function locationOf(tag: string, asset: GithubAsset, sha256: string): StoredLocation {
  return { sha256, location: { tag, name: asset.name, assetId: asset.id } satisfies AssetLocation };
}

/** @throws AppError STORE_NOT_FOUND for a location that is none of GitHub's. */
export function readLocation(location: Json): AssetLocation {
  const read = assetLocation.safeParse(location);
  if (read.success) return read.data;
  throw new AppError("STORE_NOT_FOUND", "The place that was noted for this file is none on GitHub; nothing was read.");
}
