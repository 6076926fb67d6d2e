import { isIP } from "node:net";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Whether a Host header names this server. An attacker's page can point its own name at our address (DNS rebinding) and
 * then read our answers as its own; it cannot do so with a name that it does not control, nor with a bare address.
 *
 * @param ownNames host names under which this server is reached, lower case.
 */
export function isOwnHost(header: string | undefined, ownNames: ReadonlySet<string>): boolean {
  if (header === undefined || header.length > 300) return false;
  const name = hostName(header);
  return name !== undefined && (name === "localhost" || isIP(name) !== 0 || ownNames.has(name));
}

/** Where a request came in and what it says about where it comes from. */
export type RequestOrigin = { readonly origin: string | undefined; readonly host: string | undefined; readonly isSecure: boolean };

/**
 * Whether an unsafe request comes from one of our own pages: browsers tell the origin of every such request, so one
 * without it did not come from a page of ours either.
 *
 * @param publicUrls addresses under which a proxy in front of this server offers it.
 * @throws AppError ACCESS_DENIED.
 */
export function requireOwnOrigin(request: RequestOrigin, publicUrls: readonly string[]): void {
  const origin = request.origin?.toLowerCase();
  const own = [
    `${request.isSecure ? "https" : "http"}://${request.host ?? ""}`.toLowerCase(),
    ...publicUrls.map((url) => new URL(url).origin),
  ];
  if (origin !== undefined && own.includes(origin)) return;
  throw new AppError("ACCESS_DENIED", "This request does not come from a page of this control plane; nothing was done.");
}

/** The name or bare address in a Host header, without port and brackets. */
function hostName(header: string): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, "");
}
