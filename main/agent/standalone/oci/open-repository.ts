import { dockerCredentials } from "#main/node/oci/auth/docker-credentials.ts";
import { registryReach } from "#main/node/oci/client/registry-address.ts";
import { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { REGISTRY_LIMITS } from "#main/node/oci/registry-limits.ts";
import type { SourceConfigOf } from "../source-config.ts";
import { RegistryRepository } from "./registry-repository.ts";

/** What opening a repository takes. `now` is in epoch milliseconds. */
export type RepositoryWish = {
  readonly source: SourceConfigOf<"oci">;
  readonly channel: string | undefined;
  readonly now: () => number;
};

/** Opens a repository of a registry. Credentials are read anew each time from docker's own file, where one is named. */
export function openRepository({ source, channel, now }: RepositoryWish): RegistryRepository {
  const { dockerConfig, repository } = source;
  const reach = registryReach({ registry: source.registry, allowHttp: false });
  const credentials = () => (dockerConfig === undefined ? Promise.resolve(undefined) : dockerCredentials(dockerConfig, reach.registry));
  const client = new RegistryClient({ reach, credentials, limits: REGISTRY_LIMITS, now });
  return new RegistryRepository(client, { repository, channel });
}
