import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { sizeBytes } from "#shared/lib/scalars.ts";
import type { BlobPlace } from "#main/node/oci/client/blobs.ts";
import { contentDigest } from "#main/node/oci/client/content-digest.ts";

const storeLocation = z.object({ repository: z.string().min(1).max(255), digest: contentDigest, sizeBytes });

/** Where a file lies in a registry, as it is kept beside a release. */
export function toLocation(place: BlobPlace): Json {
  return { repository: place.repository, digest: place.digest, sizeBytes: place.sizeBytes };
}

/** Reads a location that this adapter wrote. @throws AppError NOT_FOUND when it is of another kind of store. */
export function readLocation(location: Json): BlobPlace {
  const read = storeLocation.safeParse(location);
  if (!read.success) throw new AppError("NOT_FOUND", "This file does not lie in a registry; it was not asked for.");
  return read.data;
}
