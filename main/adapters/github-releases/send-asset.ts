import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import { byteStream } from "./byte-stream.ts";
import type { GithubClient } from "./github-client.ts";
import { type GithubAsset, type GithubRelease, sha256OfAsset } from "#shared/domain/store/github/github-documents.ts";
import { type AssetVerdict, judgeAsset } from "./judge-asset.ts";
import { hashAsset } from "./read-asset.ts";
import type { WantedAsset } from "#shared/domain/store/github/wanted-asset.ts";

/** How an asset is brought: from where its bytes come, and whom to tell. */
export type AssetWork = {
  readonly client: GithubClient;
  readonly release: GithubRelease;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open: (wanted: WantedAsset) => Promise<AsyncIterable<Uint8Array>>;
  readonly onProgress: (doneBytes: number) => void;
  /** What was seen in the release just now; left out, it is asked. */
  readonly seen?: readonly GithubAsset[];
};

/** Once for what lay there, once for what came there meanwhile. */
const MAX_ROUNDS = 3;

/**
 * Sees to it that an asset lies in the release, and sends it only where it does not: bytes that are there are kept,
 * leftovers of cut uploads and damaged ones of ours are deleted first. A published release is added to, never changed.
 * @throws AppError STORE_CONFLICT when the name holds something that is not ours to delete, ARTIFACT_DIGEST_MISMATCH.
 */
export async function sendAsset(work: AssetWork, wanted: WantedAsset): Promise<GithubAsset> {
  for (let round = 1; ; round += 1) {
    const verdict = await prove(work, wanted, judgeAsset(await assetsAt(work, round), wanted));
    if (verdict.kind === "complete") {
      work.onProgress(wanted.sizeBytes);
      return verdict.asset;
    }
    if (verdict.kind !== "absent") await clear(work, wanted, verdict);
    try {
      return await upload(work, wanted);
    } catch (thrown) {
      if (!isNameTaken(thrown) || round === MAX_ROUNDS) throw thrown;
    }
  }
}

async function assetsAt(work: AssetWork, round: number): Promise<readonly GithubAsset[]> {
  return round === 1 && work.seen !== undefined ? work.seen : work.client.assets(work.release.id, work.signal);
}

/** Reads bytes back where GitHub tells no digest of them. */
async function prove(work: AssetWork, wanted: WantedAsset, verdict: AssetVerdict): Promise<AssetVerdict> {
  if (verdict.kind !== "unproven") return verdict;
  const { asset } = verdict;
  const sha256 = await hashAsset(work.client, { assetId: asset.id, signal: work.signal, clock: work.clock }, work.onProgress);
  if (sha256 === wanted.sha256) return { kind: "complete", asset };
  return { kind: asset.label === wanted.label ? "damaged" : "foreign", asset };
}

async function clear(work: AssetWork, wanted: WantedAsset, verdict: Exclude<AssetVerdict, { kind: "absent" }>): Promise<void> {
  const where = `the release ${work.release.tag_name} of ${work.client.repositoryName}`;
  if (verdict.kind === "foreign") {
    throw new AppError(
      "STORE_CONFLICT",
      `Another file named ${wanted.name} lies in ${where}; it was left as it is, and ours was not sent.`,
    );
  }
  if (!work.release.draft && verdict.kind !== "leftover") {
    throw new AppError(
      "STORE_CONFLICT",
      `The file ${wanted.name} of ${where} has other bytes than the release; a published release is not changed.`,
    );
  }
  await work.client.deleteAsset(verdict.asset, work.signal);
}

async function upload(work: AssetWork, wanted: WantedAsset): Promise<GithubAsset> {
  const { name, sizeBytes } = wanted;
  const asset = await stream(work, wanted);
  const sha256 = sha256OfAsset(asset);
  if (asset.state === "uploaded" && asset.size === sizeBytes && (sha256 === undefined || sha256 === wanted.sha256)) return asset;
  await work.client.deleteAsset(asset, work.signal);
  throw new AppError("ARTIFACT_DIGEST_MISMATCH", `What arrived at GitHub as ${name} is not what was sent; it was removed there.`);
}

async function stream(work: AssetWork, wanted: WantedAsset): Promise<GithubAsset> {
  const { name, label, sizeBytes } = wanted;
  work.onProgress(0);
  const source = counted(await work.open(wanted), work.onProgress);
  try {
    return await work.client.uploadAsset(work.release, { name, label, sizeBytes, body: byteStream(source) }, work.signal);
  } finally {
    // A request that was cut or cancelled lets go of its body without ending it.
    await source.return(undefined);
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, onProgress: (doneBytes: number) => void): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of source) {
    yield chunk;
    sent += chunk.length;
    onProgress(sent);
  }
}

function isNameTaken(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === "STORE_CONFLICT" && thrown.details["reason"] === "already_exists";
}
