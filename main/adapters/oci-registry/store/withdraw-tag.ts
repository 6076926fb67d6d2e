import { tagOfVersion } from "#shared/domain/release/version-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { deleteManifest, getManifest, headManifest } from "#main/node/oci/client/manifests.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { readDocument, summaryOf } from "./describe-document.ts";

/**
 * Takes a version's tag away. Registries without removal of tags may remove what the tag points at, by digest, with every
 * other tag on it. Files stay until the registry collects them. What is no release of ours is left alone.
 *
 * @returns what could not be taken away, as a sentence.
 */
export async function withdrawTag(
  client: RegistryClient,
  repository: string,
  version: string,
  signal: AbortSignal,
): Promise<{ readonly left: string | undefined }> {
  const tag = tagOfVersion(version);
  const name = `${repository}:${tag}`;
  const fetched = await getManifest(client, repository, tag, signal);
  if (fetched === undefined) return { left: undefined };
  if (!summaryOf(readDocument(fetched, name)).isOurs) return { left: `${name} is no release of Rollcall and was left as it is.` };
  try {
    const outcome = await deleteManifest(client, repository, tag, signal);
    if (outcome === "unsupported") await deleteManifest(client, repository, fetched.digest, signal);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || (thrown.code !== "STORE_FORBIDDEN" && thrown.code !== "STORE_CREDENTIALS_REFUSED")) throw thrown;
    return { left: `The store's credentials may not remove ${name}; it is still there.` };
  }
  const isLeft = (await headManifest(client, repository, tag, signal)) === fetched.digest;
  return { left: isLeft ? `${client.reach.registry.host} does not let tags be removed; ${name} is still there.` : undefined };
}
