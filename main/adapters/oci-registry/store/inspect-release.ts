import { versionOfTag } from "#shared/domain/release/version-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { FoundReleaseDetail } from "#main/control-plane/ports/release-store.ts";
import { sha256Of } from "#main/node/oci/client/content-digest.ts";
import { getManifest } from "#main/node/oci/client/manifests.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { attachedBundles } from "#main/node/oci/client/attached-bundles.ts";
import { readDocument, summaryOf } from "./describe-document.ts";
import { FileReader } from "./file-reader.ts";

/** More than any release of ours has. */
const MAX_FILES = 256;

/**
 * One tag in full: the files of the manifest that it points at, or of every manifest of its index, with their platforms,
 * and the Sigstore bundles attached to it. A file is a layer with a title, or the only layer of an artifact; layers of
 * container images are no files.
 *
 * @throws AppError STORE_NOT_FOUND, STORE_PROTOCOL when it is larger than any release, and as ReleaseStore says.
 */
export async function inspectRelease(
  client: RegistryClient,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<FoundReleaseDetail> {
  const fetched = await getManifest(client, repository, reference, signal);
  if (fetched === undefined) throw new AppError("STORE_NOT_FOUND", `${client.reach.registry.host} has no ${repository}:${reference}.`);
  const document = readDocument(fetched, `${repository}:${reference}`);
  const reader = new FileReader(client, repository, reference, signal);
  const files = document.kind === "index" ? await reader.ofIndex(document.index) : await reader.ofManifest(document.manifest, undefined);
  if (files.length > MAX_FILES) throw new AppError("STORE_PROTOCOL", `${repository}:${reference} holds more than ${MAX_FILES} files.`);
  return {
    reference,
    version: versionOfTag(reference),
    ...summaryOf(document),
    ...(reader.sawReleaseManifest && { isOurs: true }),
    files,
    deltas: await reader.deltas(),
    manifest: await reader.ownManifest(),
    subjectSha256: sha256Of(fetched.digest),
    bundles: await attachedBundles(client, { repository, digest: fetched.digest }, signal),
  };
}
