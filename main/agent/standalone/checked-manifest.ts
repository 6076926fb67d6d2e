import { hash } from "node:crypto";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { parseJson } from "./parse-json.ts";
import { readPinnedQuorum, type PinnedQuorum } from "./pinned-quorum.ts";
import { signedSubjects } from "./signed-subjects.ts";
import type { TrustConfig } from "./standalone-config.ts";

/** No manifest of 64 artifacts is larger; beyond it a source is not read. */
export const MAX_MANIFEST_BYTES = 512_000;
/** One Sigstore bundle. */
export const MAX_BUNDLE_BYTES = 1_500_000;

/** A manifest as it came, and what it must be about. */
export type UncheckedManifest = { readonly productId: string; readonly version: string; readonly bytes: Uint8Array };

/** Whom to ask for signatures, and when it is now (epoch ms). */
export type ManifestTrust = { readonly trust: TrustConfig; readonly now: () => number };

/**
 * A manifest, once enough of the pinned keys have signed exactly these bytes, and it is about what was asked for. Whom
 * the host trusts is read anew each time.
 *
 * @param bundles the signatures that lie beside it, one after the other; no more are read than are needed.
 * @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, INPUT_INVALID, and what reading the bundles throws.
 */
export async function checkedManifest(
  { productId, version, bytes }: UncheckedManifest,
  { trust, now }: ManifestTrust,
  bundles: (keyIds: Iterable<string>) => AsyncIterable<Uint8Array>,
): Promise<ReleaseManifest> {
  const quorum = await readPinnedQuorum(trust, now());
  if (quorum !== undefined) await requireSigned(version, bytes, quorum, bundles(quorum.keys.keys()));
  const parsed = releaseManifest.safeParse(parseJson(bytes));
  if (parsed.success && parsed.data.productId === productId && parsed.data.version === version) return parsed.data;
  throw new AppError(
    "TRUST_SIGNATURE_INVALID",
    `The manifest of version ${version} is not about ${productId} ${version}; it was not installed.`,
  );
}

async function requireSigned(
  version: string,
  manifest: Uint8Array,
  { keys, threshold }: PinnedQuorum,
  bundles: AsyncIterable<Uint8Array>,
): Promise<void> {
  const sha256 = hash("sha256", manifest);
  const signed = new Set<string>();
  for await (const bundle of bundles) {
    for (const [id, key] of keys) {
      if (signed.has(id)) continue;
      if (signedSubjects(bundle, key).some((one) => one.name === `${version}.json` && one.sha256 === sha256)) signed.add(id);
    }
    if (signed.size >= threshold) return;
  }
  throw new AppError(
    "TRUST_SIGNATURE_INVALID",
    `Version ${version} has ${signed.size} of the ${threshold} signatures that this host asks for; it was not installed.`,
    { details: { version, signatures: signed.size, threshold } },
  );
}
