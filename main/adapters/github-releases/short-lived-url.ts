import type { ShortLivedUrl } from "../../control-plane/ports/release-store.ts";

/** Where GitHub does not say how long, we count on a minute. */
const UNTOLD_MS = 60_000;

/**
 * When an address ends to be a ticket: Azure storage says it as `se` (a date), S3 and its like as `X-Amz-Date` with
 * `X-Amz-Expires` (seconds). Undefined when the address is none that a host could follow without our token.
 */
export function describeShortLivedUrl(address: string, apiUrl: string, now: number): ShortLivedUrl | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const api = new URL(apiUrl);
  if (url.origin === api.origin || (url.protocol !== "https:" && url.protocol !== api.protocol)) return undefined;
  const told = azureEnd(url.searchParams) ?? amazonEnd(url.searchParams) ?? now + UNTOLD_MS;
  return { url: url.href, expiresAt: told };
}

function azureEnd(query: URLSearchParams): number | undefined {
  const end = Date.parse(query.get("se") ?? "");
  return Number.isNaN(end) ? undefined : end;
}

function amazonEnd(query: URLSearchParams): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const seconds = Number(query.get("X-Amz-Expires") ?? "");
  if (second === undefined || !Number.isFinite(seconds) || seconds <= 0) return undefined;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + seconds * 1000;
}
