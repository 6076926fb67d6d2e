import { AppError } from "#shared/errors/app-error.ts";
import { whyUnreachable, type Reach } from "../http/reach.ts";

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "www.docker.io", "hub.docker.com"]);
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Where a registry is asked. Docker's own lives at another host than its name says.
 *
 * @throws AppError INPUT_INVALID for plain HTTP to another machine that nobody allowed, and for an address with a path: where
 * repositories begin is said by the prefix, and a path that was left aside would put releases elsewhere than it says.
 */
export function registryReach(settings: { readonly registry: string; readonly allowHttp: boolean }): Reach {
  const url = new URL(settings.registry);
  const registry = new URL(DOCKER_HUB.has(url.host) ? "https://registry-1.docker.io/" : url.origin);
  const reach = { registry, allowHttp: settings.allowHttp };
  const reason = whyUnreachable(url, reach);
  if (reason !== undefined) {
    const advice = url.protocol === "http:" ? ' Begin it with https://, or set "allow plain HTTP" (--allow-http).' : "";
    throw new AppError("INPUT_INVALID", `The registry's address ${reason}; it was not asked.${advice}`);
  }
  const path = url.pathname.replace(/^\/(?:v[12]\/?)?/, "");
  if (path !== "") {
    const whole = `The registry's address goes on with /${path.slice(0, 100)}; it was not asked.`;
    throw new AppError("INPUT_INVALID", `${whole} Give ${url.origin} as the address, and the path as the prefix.`);
  }
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
