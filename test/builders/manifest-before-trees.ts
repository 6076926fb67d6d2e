import { z } from "zod";
import { artifactFormat, digests } from "#shared/domain/artifact/artifact.ts";
import { platform } from "#shared/domain/artifact/platform.ts";
import { applicationKind, productId } from "#shared/domain/release/release.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import { epochMs, fileName, semver, sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";

const delta = z.object({
  from: z.object({ version: semver, sha256: sha256Hex, sizeBytes }),
  codec: z.enum(["matches", "dictionary"]),
  sizeBytes,
  sha256: sha256Hex,
});

/** The release manifest as agents before deltas between trees read it, to show what they make of newer ones. Not to be changed. */
export const manifestBeforeTrees = z.object({
  schema: z.literal(1),
  applicationId,
  productId,
  kind: applicationKind,
  releaseId,
  version: semver,
  publishedAt: epochMs,
  runSpec,
  artifacts: z
    .array(
      z
        .object({ platform, fileName, sizeBytes, digests, format: artifactFormat, deltas: z.array(delta).max(16).optional() })
        .refine((artifact) => artifact.deltas?.every((one) => one.sizeBytes <= artifact.sizeBytes * 0.6) ?? true),
    )
    .min(1)
    .max(64),
});
