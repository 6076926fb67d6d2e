import { AppError } from "#shared/errors/app-error.ts";
import { readBounded } from "../http/read-bounded.ts";
import { isCut } from "../http/transport-error.ts";
import type { HttpAnswer } from "../http/http-messages.ts";
import { transferMs } from "../registry-limits.ts";
import { digestLike, runningDigestLike } from "./content-digest.ts";
import type { RegistryClient, RegistryRequest } from "./registry-client.ts";

/** Where a blob lies and what it must be. */
export type BlobPlace = { readonly repository: string; readonly digest: string; readonly sizeBytes: number };

/** A part of a blob, both ends included, as in an HTTP range. */
type ByteRange = { readonly first: number; readonly last: number };

/** Cuts in a row that brought next to nothing before a download is given up: a store that drips bytes holds nobody for ever. */
const MAX_IDLE_CUTS = 8;

/** What a try has to bring, in bytes, to count as having gone on. */
const STEP_BYTES = 64 * 1024;

/** The request for a blob; redirects lead to where registries keep them. */
export function blobRequest(place: BlobPlace, signal: AbortSignal): Pick<RegistryRequest, "to" | "scope" | "what" | "signal"> {
  const { repository, digest } = place;
  return {
    to: `/v2/${repository}/blobs/${digest}`,
    scope: { repository, actions: "pull" },
    what: `${digest.slice(0, 19)} of ${repository}`,
    signal,
  };
}

/**
 * Whether the registry has the blob.
 *
 * @throws AppError STORE_PROTOCOL when it has it with another length.
 */
export async function hasBlob(client: RegistryClient, place: BlobPlace, signal: AbortSignal): Promise<boolean> {
  const scope = { repository: place.repository, actions: "pull,push" } as const;
  const answer = await client.sendForHead({ ...blobRequest(place, signal), scope, method: "HEAD", expect: [200, 404] });
  if (answer.status === 404) return false;
  const length = answer.headers["content-length"];
  if (length !== undefined && Number(length) !== place.sizeBytes) {
    throw new AppError(
      "STORE_PROTOCOL",
      `${client.reach.registry.host} has ${place.digest} with ${length} bytes instead of ${place.sizeBytes}.`,
    );
  }
  return true;
}

/** Fetches a small blob whole and checks its digest. @throws AppError STORE_NOT_FOUND, STORE_PROTOCOL. */
export async function getSmallBlob(client: RegistryClient, place: BlobPlace, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await client.send({ ...blobRequest(place, signal), method: "GET", expect: [200] });
  const bytes = await readBounded(answer, Math.min(maxBytes, place.sizeBytes));
  if (digestLike(place.digest, bytes) !== place.digest) throw wrongBytes(client, place);
  return bytes;
}

/**
 * Streams a blob or a part of it, going on by `Range` when the connection is cut. Never more bytes than were asked for;
 * a whole blob is checked against its digest, and the last read throws when it is another.
 *
 * @throws AppError STORE_NOT_FOUND, STORE_PROTOCOL, and what the connection throws.
 */
export async function* readBlob(
  client: RegistryClient,
  place: BlobPlace,
  range: ByteRange | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const last = range?.last ?? place.sizeBytes - 1;
  const digest = range === undefined ? runningDigestLike(place.digest) : undefined;
  let next = range?.first ?? 0;
  let idleCuts = 0;
  while (next <= last) {
    const begun = next;
    try {
      for await (const chunk of bytesFrom(client, place, { first: next, last }, signal)) {
        digest?.update(chunk);
        next += chunk.length;
        yield chunk;
      }
    } catch (thrown) {
      idleCuts = next - begun < STEP_BYTES ? idleCuts + 1 : 0;
      if (!isCut(thrown) || idleCuts > MAX_IDLE_CUTS) throw thrown;
    }
  }
  if (digest !== undefined && digest.finish() !== place.digest) throw wrongBytes(client, place);
}

/** One answer's worth: exactly the range, or a throw. */
async function* bytesFrom(client: RegistryClient, place: BlobPlace, range: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const isWhole = range.first === 0 && range.last === place.sizeBytes - 1;
  const answer = await client.send({
    ...blobRequest(place, signal),
    method: "GET",
    headers: isWhole ? {} : { range: `bytes=${range.first}-${range.last}` },
    expect: isWhole ? [200] : [200, 206],
    totalMs: transferMs(client.limits, place.sizeBytes),
  });
  let left = range.last - range.first + 1;
  let skip = bytesBefore(answer, range, place);
  for await (const chunk of answer.chunks()) {
    const part = chunk.subarray(skip, skip + left);
    skip = Math.max(0, skip - chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    else if (left === 0) break;
  }
  if (left > 0) throw new AppError("REMOTE_UNREACHABLE", `${answer.url.host} ended ${place.digest.slice(0, 19)} too early.`);
}

/** How many bytes of the answer lie before the range: none of a right partial answer, and all before it of a whole one. */
function bytesBefore(answer: HttpAnswer, range: ByteRange, place: BlobPlace): number {
  if (answer.status === 200) return range.first;
  const expected = `bytes ${range.first}-${range.last}/`;
  if (answer.headers["content-range"]?.startsWith(expected) === true) return 0;
  answer.discard();
  throw new AppError("STORE_PROTOCOL", `${answer.url.host} answered another part of ${place.digest.slice(0, 19)} than was asked for.`);
}

function wrongBytes(client: RegistryClient, { digest, repository }: BlobPlace): AppError {
  return new AppError(
    "STORE_PROTOCOL",
    `${client.reach.registry.host} answered ${digest} of ${repository} with other bytes; they must not be used.`,
  );
}
