import type { StoreSettings } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { whyUnreachable, type Reach } from "../http/reach.ts";

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "www.docker.io", "hub.docker.com"]);
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Where a registry is asked. Docker's own lives at another host than its name says.
 *
 * @throws AppError INPUT_INVALID for plain HTTP to another machine that nobody allowed.
 */
export function registryReach(settings: Extract<StoreSettings, { kind: "oci" }>): Reach {
  const url = new URL(settings.registry);
  const registry = new URL(DOCKER_HUB.has(url.host) ? "https://registry-1.docker.io/" : url.origin);
  const reach = { registry, allowHttp: settings.allowHttp };
  const reason = whyUnreachable(url, reach);
  if (reason !== undefined) throw new AppError("INPUT_INVALID", `The registry's address ${reason}; it was not asked.`);
  return reach;
}

/**
 * The repository of an application.
 *
 * @throws AppError INPUT_INVALID when registries would not take the name.
 */
export function repositoryOf(prefix: string, productId: string): string {
  const repository = prefix === "" ? productId : `${prefix}/${productId}`;
  if (repository.length > 255 || !REPOSITORY.test(repository)) {
    throw new AppError("INPUT_INVALID", `Registries do not take ${repository} as the name of a repository; nothing was sent.`);
  }
  return repository;
}
