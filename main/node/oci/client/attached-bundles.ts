import { AppError } from "#shared/errors/app-error.ts";
import { getSmallBlob } from "./blobs.ts";
import { getManifest } from "./manifests.ts";
import { manifestDocument, type Descriptor } from "./oci-schemas.ts";
import { parseDocument } from "./parse-document.ts";
import { listReferrers, type Subject } from "./referrers.ts";
import type { RegistryClient } from "./registry-client.ts";

/** Sigstore bundles of any version 0.x; who verifies them says which ones it reads. */
const BUNDLE_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.\d+)?\+json(?:;version=[\d.]+)?$/;
const MAX_BUNDLES = 16;
const MAX_BUNDLE_BYTES = 1024 * 1024;

/**
 * The Sigstore bundles that are attached to a document, as they are: whether they hold is for others to say. One that
 * cannot be read or is larger than a mebibyte is left out, since anybody who may push may attach one.
 */
export async function attachedBundles(client: RegistryClient, subject: Subject, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const referrers = (await listReferrers(client, subject, signal)).filter(mayBeBundle);
  const bundles: Uint8Array[] = [];
  for (const referrer of referrers.slice(0, MAX_BUNDLES)) {
    const bundle = await readBundle(client, subject.repository, referrer, signal);
    if (bundle !== undefined) bundles.push(bundle);
  }
  return bundles;
}

/** Lists under the tag schema may leave the type out. */
function mayBeBundle({ artifactType }: Descriptor): boolean {
  return artifactType === undefined || BUNDLE_TYPE.test(artifactType);
}

async function readBundle(
  client: RegistryClient,
  repository: string,
  referrer: Descriptor,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    const fetched = await getManifest(client, repository, referrer.digest, signal);
    if (fetched === undefined) return undefined;
    const { layers } = parseDocument(manifestDocument, fetched.bytes, `${repository}@${referrer.digest.slice(0, 19)}`);
    const layer = layers.find(({ mediaType }) => BUNDLE_TYPE.test(mediaType));
    if (layer === undefined || layer.size > MAX_BUNDLE_BYTES) return undefined;
    return await getSmallBlob(client, { repository, digest: layer.digest, sizeBytes: layer.size }, MAX_BUNDLE_BYTES, signal);
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === "STORE_PROTOCOL" || thrown.code === "STORE_NOT_FOUND")) return undefined;
    throw thrown;
  }
}
