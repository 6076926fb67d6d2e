import type { ShortLivedUrl } from "#main/control-plane/ports/release-store.ts";
import { blobRequest, type BlobPlace } from "#main/node/oci/client/blobs.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";

/** What an address without a readable end is good for; every storage service gives more. */
const ASSUMED_LIFE_MS = 60_000;
const MAX_LIFE_MS = 3_600_000;

/**
 * Where the registry itself would send whoever asks for a blob: an address of another origin that carries its own
 * permission. Undefined for registries that serve blobs themselves.
 */
export async function shortLivedUrl(client: RegistryClient, place: BlobPlace, signal: AbortSignal): Promise<ShortLivedUrl | undefined> {
  const answer = await client.send({ ...blobRequest(place, signal), method: "GET", expect: [200], keepRedirect: true });
  answer.discard();
  if (answer.status < 300) return undefined;
  const url = client.address(answer.headers.location, answer.url);
  if (url.origin === client.reach.registry.origin) return undefined;
  const now = client.now();
  return { url: url.href, expiresAt: Math.min(expiryOf(url) ?? now + ASSUMED_LIFE_MS, now + MAX_LIFE_MS) };
}

/** When a signed address ends, in epoch milliseconds, as the large storage services write it into the address. */
export function expiryOf(url: URL): number | undefined {
  const parameter = (name: string): string | undefined =>
    [...url.searchParams].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  for (const service of ["X-Amz", "X-Goog"]) {
    const [start, seconds] = [basicDate(parameter(`${service}-Date`)), Number(parameter(`${service}-Expires`) ?? Number.NaN)];
    if (start !== undefined && Number.isFinite(seconds)) return start + seconds * 1000;
  }
  const end = parameter("Expires");
  if (end !== undefined && /^\d{9,11}$/.test(end)) return Number(end) * 1000;
  const azure = Date.parse(parameter("se") ?? "");
  return Number.isNaN(azure) ? undefined : azure;
}

/** `20261121T040000Z`. */
function basicDate(text: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
  if (parts === null) return undefined;
  const at = Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  return Number.isNaN(at) ? undefined : at;
}
