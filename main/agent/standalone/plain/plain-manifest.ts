import { inspectArtifact } from "#shared/domain/artifact/inspect.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import { fileName } from "#shared/lib/scalars.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import type { Measurement } from "#main/node/digest-meter.ts";
import { hashedUuid } from "#main/node/hashed-uuid.ts";
import type { PlainFile } from "./plain-file.ts";

/** What this host knows of a product whose files say nothing of themselves. */
export type PlainTerms = { readonly productId: string; readonly runSpec: RunSpec; readonly platform: Platform };

/** Digits of a digest that tell one file of a product from another, for people. */
const SHORT_DIGEST = 12;

/**
 * Describes a plain file as a release, so that journal, slots, probation and quarantine need not know the difference. Its
 * version is its tag's, or names its digest. Ids are made from what they stand for: the same file, run in the same way,
 * is the same release after any loss; run in another way it is another release with the same bytes, which has to prove
 * itself.
 *
 * @param at when it was found, in epoch milliseconds.
 */
export function plainManifest(
  terms: PlainTerms,
  { name, version: tagged }: Pick<PlainFile, "name" | "version">,
  { sizeBytes, digests, head }: Measurement,
  at: number,
): ReleaseManifest {
  const { productId, runSpec, platform } = terms;
  const version = tagged ?? `0.0.0+sha256.${digests.sha256.slice(0, SHORT_DIGEST)}`;
  const plainName = fileName.safeParse(name).data ?? "program";
  const identity = stableJson({ productId, version, sha256: digests.sha256, name: plainName, runSpec });
  return {
    schema: 1,
    applicationId: applicationId.parse(hashedUuid(`rollcall plain application ${productId}`)),
    productId,
    kind: "process",
    releaseId: releaseId.parse(hashedUuid(`rollcall plain release ${identity}`)),
    version,
    publishedAt: at,
    runSpec,
    artifacts: [{ platform, fileName: plainName, sizeBytes, digests, format: inspectArtifact(plainName, head).format }],
  };
}
