import { AppError } from "#shared/errors/app-error.ts";

/**
 * Whether the token may be sent to an address: the API's own origin, another port of the same machine (an Enterprise
 * server's uploads), or the `uploads.` twin of an `api.` host. An answer that names any other place gets no token there.
 */
export function isTrustedOrigin(apiUrl: string, address: string): boolean {
  const api = new URL(apiUrl);
  if (!URL.canParse(address)) return false;
  const target = new URL(address);
  if (target.protocol !== api.protocol || target.username !== "" || target.password !== "") return false;
  const uploads = api.hostname.replace(/^api\./, "uploads.");
  return target.hostname === api.hostname || (target.hostname === uploads && target.port === api.port);
}

/**
 * Refuses an API address to which a token would travel in the clear; loopback needs no TLS.
 * @throws AppError INPUT_INVALID.
 */
export function expectSafeApiUrl(apiUrl: string): void {
  const { protocol, hostname } = new URL(apiUrl);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  if (protocol === "https:" || isLoopback) return;
  throw new AppError("INPUT_INVALID", `The address ${apiUrl} is not HTTPS; nothing was sent, since the token could be read on the way.`, {
    details: { field: "apiUrl" },
  });
}
