import { createHash } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import type { ByteRange } from "../../control-plane/ports/blob-store.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import type { AssetBytes } from "./asset-answer.ts";
import type { GithubClient } from "./github-client.ts";
import { toGithubFailure } from "./github-failure.ts";
import { IdleWatch } from "./idle-watch.ts";

/** How long a download may stand still, in milliseconds. */
const IDLE_MS = 60_000;

/** What a read needs. `range` must lie within the asset. */
export type AssetRead = {
  readonly assetId: number;
  readonly range?: ByteRange | undefined;
  readonly signal: AbortSignal;
  readonly clock: Clock;
};

/**
 * Opens the bytes of an asset, whole or in part. GitHub mostly answers an address on another origin that is a ticket by
 * itself; it is fetched without our token. Ends with an error when less arrives than was promised.
 */
export async function readAsset(client: GithubClient, read: AssetRead): Promise<AsyncIterable<Uint8Array>> {
  const watch = new IdleWatch(read.clock, IDLE_MS);
  const signal = AbortSignal.any([read.signal, watch.signal]);
  const explain = (thrown: unknown): AppError => {
    if (read.signal.aborted) return new AppError("CANCELLED", "The download from GitHub was cancelled; the file was not read to its end.");
    return toGithubFailure(thrown, {
      undone: "the file was not read to its end",
      repository: client.repositoryName,
      token: undefined,
      now: read.clock.now(),
    });
  };
  try {
    const answer = await client.assetContent(read.assetId, read.range, signal);
    const bytes = answer.kind === "here" ? answer : await fetchElsewhere(answer.address, read.range, signal);
    return watched(bytes, read.range, watch, explain);
  } catch (thrown) {
    watch.stop();
    throw explain(thrown);
  }
}

/** SHA-256 of an asset, by reading it once. `onBytes` is told the bytes read so far. */
export async function hashAsset(
  client: GithubClient,
  read: Omit<AssetRead, "range">,
  onBytes: (readBytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of await readAsset(client, read)) {
    hash.update(chunk);
    length += chunk.length;
    onBytes(length);
  }
  return hash.digest("hex");
}

async function fetchElsewhere(address: string, range: ByteRange | undefined, signal: AbortSignal): Promise<AssetBytes> {
  const headers = range === undefined ? {} : { range: `bytes=${range.first}-${range.last}` };
  const answer = await fetch(address, { headers, signal, redirect: "follow" });
  if (answer.body === null || (answer.status !== 200 && answer.status !== 206)) {
    await answer.body?.cancel();
    throw new AppError("REMOTE_UNREACHABLE", `The place where GitHub keeps files answered ${answer.status}; the file was not read.`);
  }
  return { body: answer.body, partial: answer.status === 206 };
}

async function* watched(
  { body, partial }: AssetBytes,
  range: ByteRange | undefined,
  watch: IdleWatch,
  explain: (thrown: unknown) => AppError,
): AsyncGenerator<Uint8Array> {
  // A server that takes no ranges sends the whole file; the part is cut out here.
  const part = range === undefined || partial ? undefined : range;
  const wanted = range === undefined ? undefined : range.last - range.first + 1;
  let offset = 0;
  let given = 0;
  try {
    for await (const chunk of body) {
      watch.hold(true);
      const cut =
        part === undefined ? chunk : chunk.subarray(clamp(part.first - offset, chunk.length), clamp(part.last + 1 - offset, chunk.length));
      offset += chunk.length;
      given += cut.length;
      if (cut.length > 0) yield cut;
      watch.hold(false);
      if (part !== undefined && offset > part.last) break;
    }
    if (wanted !== undefined && given !== wanted) {
      throw new AppError("STORE_PROTOCOL", `GitHub sent ${given} bytes of a part of ${wanted}; the part was not read.`);
    }
  } catch (thrown) {
    throw explain(thrown);
  } finally {
    watch.stop();
  }
}

function clamp(value: number, length: number): number {
  return Math.min(Math.max(value, 0), length);
}
