import { hash } from "node:crypto";
import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import { tagOfVersion } from "#shared/domain/release/version-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import type { ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { credentialSource } from "./credential-source.ts";
import { readBlob } from "#main/node/oci/client/blobs.ts";
import { getManifest, putManifest } from "#main/node/oci/client/manifests.ts";
import { registryReach, repositoryOf } from "#main/node/oci/client/registry-address.ts";
import { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { REGISTRY_LIMITS, type RegistryLimits } from "#main/node/oci/registry-limits.ts";
import { cancelUploads } from "./store/cancel-uploads.ts";
import { BlobWhereabouts } from "./store/blob-whereabouts.ts";
import { discoverReleases } from "./store/discover-releases.ts";
import { inspectRelease } from "./store/inspect-release.ts";
import { probeRegistry } from "./store/probe-registry.ts";
import { planPublication } from "./store/publication-plan.ts";
import { runPublishStep } from "./store/publish-steps.ts";
import { shortLivedUrl } from "./store/short-lived-url.ts";
import { readLocation } from "./store/store-location.ts";
import { withdrawTag } from "./store/withdraw-tag.ts";

/** What a registry store takes from the program around it. */
export type OciSurroundings = {
  readonly clock: Pick<Clock, "now">;
  /** The folder of docker's `config.json`: `$DOCKER_CONFIG`, else `.docker` in the home folder of who runs us. */
  readonly dockerFolder: string;
  /** Bounds other than the usual ones. */
  readonly limits?: Partial<RegistryLimits>;
};

/**
 * Releases in a registry of the OCI distribution-spec 1.1. An application's repository is `<prefix>/<product id>`; the
 * version's tag points at an index over one artifact manifest per platform, channels are tags that move, signatures are
 * referrers of the index.
 *
 * @throws AppError INPUT_INVALID when the address must not be used, such as plain HTTP to another machine.
 */
export function openOciStore(
  settings: Extract<StoreSettings, { kind: "oci" }>,
  readSecret: () => Promise<StoreSecret | undefined>,
  surroundings: OciSurroundings,
): ReleaseStore {
  const reach = registryReach(settings);
  const { dockerFolder } = surroundings;
  const credentials = credentialSource({ credentials: settings.credentials, registry: reach.registry, readSecret, dockerFolder });
  const whereabouts = new BlobWhereabouts();
  const limits = { ...REGISTRY_LIMITS, ...surroundings.limits };
  const client = new RegistryClient({ reach, credentials, limits, now: () => surroundings.clock.now() });
  const repository = (productId: string): string => repositoryOf(settings.repositoryPrefix, productId);
  return {
    probe: async (productId, signal) => probeRegistry(client, repository(productId), credentials, signal),
    plan: planPublication,
    run: async (step, content, context) =>
      runPublishStep(step, content, context, { client, repository: repository(content.productId), whereabouts }),
    abandon: async (content, notes, signal) => cancelUploads(client, repository(content.productId), notes, signal),
    moveChannel: async (productId, channel, version, signal) => moveTag(client, repository(productId), channel, version, signal),
    withdraw: async (productId, version, signal) => withdrawTag(client, repository(productId), version, signal),
    open: async (location, range, signal) => readBlob(client, readLocation(location), range, signal),
    shortLivedUrl: async (location, signal) => shortLivedUrl(client, readLocation(location), signal),
    discover: async (productId, signal) => discoverReleases(client, repository(productId), signal),
    inspect: async (productId, reference, signal) => inspectRelease(client, repository(productId), reference, signal),
  };
}

/** Points a channel's tag at the document of a version's tag. @throws AppError STORE_NOT_FOUND. */
async function moveTag(client: RegistryClient, repository: string, channel: string, version: string, signal: AbortSignal): Promise<void> {
  const found = await getManifest(client, repository, tagOfVersion(version), signal);
  if (found === undefined) {
    throw new AppError("STORE_NOT_FOUND", `${client.reach.registry.host} has no ${version} in ${repository}; ${channel} was not moved.`);
  }
  await putManifest(client, repository, channel, { ...found, sha256: hash("sha256", found.bytes) }, signal);
}
