import { AppError } from "#shared/errors/app-error.ts";

/** Which addresses may be asked on behalf of one registry. */
export type Reach = {
  /** The registry's own address; credentials go to this origin, and to the token service that it names, alone. */
  readonly registry: URL;
  /** Somebody said that plain HTTP is fine here. */
  readonly allowHttp: boolean;
};

/** Whether an address is this machine's own, so that what is sent there crosses no network. */
export function isLoopback(url: URL): boolean {
  return /^(?:(?:[^.]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/**
 * Why an address must not be asked, or undefined when it may be: anything but HTTP, a name and password inside the
 * address, and plain HTTP unless it was allowed or stays on this machine. A registry elsewhere cannot send us to this
 * machine's own plain services.
 */
export function whyUnreachable(url: URL, reach: Reach): string | undefined {
  if (url.username !== "" || url.password !== "") return "holds a user name or password";
  if (url.protocol === "https:") return undefined;
  if (url.protocol !== "http:") return `uses ${url.protocol} instead of https:`;
  if (reach.allowHttp || (isLoopback(url) && isLoopback(reach.registry))) return undefined;
  return "is plain HTTP, which anybody on the way can read and change";
}

/**
 * Reads an address that the registry sent, relative to the one that was asked.
 *
 * @throws AppError STORE_PROTOCOL when it is none or must not be asked; nothing was sent there.
 */
export function readAddress(text: string | undefined, base: URL, reach: Reach): URL {
  const url = text === undefined || text.length > 8192 ? null : URL.parse(text, base.href);
  if (url === null) throw new AppError("STORE_PROTOCOL", `${base.host} sent no usable address; nothing was sent further.`);
  const reason = whyUnreachable(sameHostSecured(url, reach.registry), reach);
  if (reason !== undefined) {
    throw new AppError("STORE_PROTOCOL", `${base.host} sent us to ${url.host}, an address that ${reason}; nothing was sent there.`);
  }
  return sameHostSecured(url, reach.registry);
}

/** Registries behind a TLS proxy that they do not know of name themselves with http; the secure origin is the one we know. */
function sameHostSecured(url: URL, registry: URL): URL {
  const isSame = url.protocol === "http:" && registry.protocol === "https:" && url.hostname === registry.hostname && url.port === "";
  if (!isSame) return url;
  const secured = new URL(url);
  secured.protocol = "https:";
  secured.port = registry.port;
  return secured;
}
