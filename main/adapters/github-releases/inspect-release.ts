import { hash } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import type { FoundDelta, FoundFile, FoundReleaseDetail } from "../../control-plane/ports/release-store.ts";
import { describeFound } from "./discover-releases.ts";
import type { GithubClient } from "./github-client.ts";
import { type GithubAsset, type GithubRelease, sha256OfAsset } from "#shared/domain/store/github/github-documents.ts";
import { deltaAssets, nameAssets } from "#shared/domain/store/github/name-assets.ts";
import { isOwnDocument, MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import { readAsset } from "./read-asset.ts";
import { readReleaseNotes } from "./release-note.ts";
import { versionOfTag } from "#shared/domain/store/github/release-tag.ts";

/** Files and bundles that are looked at; a release of others may have a thousand. */
const MAX_FILES = 256;
const MAX_BUNDLES = 16;
/** Longer names are no file names of ours. */
const MAX_NAME = 200;
const MAX_DOCUMENT_BYTES = 2 * 2 ** 20;
/** What a list of releases shows of their notes. */
const MAX_NOTES = 20_000;
const BUNDLE_NAME = /\.sigstore(?:\.json)?$/i;

/** What is asked for. */
export type Inspected = {
  readonly productId: string;
  readonly tagPrefix: string;
  readonly tag: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/**
 * Describes a published release, whoever made it: its files with digests where GitHub tells them, their platform by our
 * manifest or guessed from the name, and the Sigstore bundles among its assets.
 * @throws AppError STORE_NOT_FOUND; STORE_PROTOCOL when a document that says to be ours is none.
 */
export async function inspectRelease(client: GithubClient, inspected: Inspected): Promise<FoundReleaseDetail> {
  const release = await client.releaseByTag(inspected.tag, inspected.signal);
  if (release === undefined) {
    throw new AppError(
      "STORE_NOT_FOUND",
      `No release ${inspected.tag} is published in ${client.repositoryName}; it may be a draft, or gone.`,
    );
  }
  const uploaded = (await client.assets(release.id, inspected.signal)).filter((one) => one.state === "uploaded");
  const manifestAsset = uploaded.find((one) => one.name === MANIFEST_NAME);
  const manifestBytes = manifestAsset === undefined ? undefined : await readDocument(client, manifestAsset, inspected);
  const manifest = manifestBytes === undefined ? undefined : parseManifest(manifestBytes, release);
  const deltas = namedDeltas(manifest);
  const bundles = uploaded.filter((one) => BUNDLE_NAME.test(one.name)).slice(0, MAX_BUNDLES);
  return {
    ...describeFound(release, manifest?.version ?? versionOfTag(inspected.tagPrefix, inspected.productId, release.tag_name)),
    notes: readReleaseNotes(release.body ?? null).slice(0, MAX_NOTES),
    files: uploaded
      .filter((one) => !isOwnDocument(one.name) && !deltas.has(one.name) && one.name.length <= MAX_NAME)
      .slice(0, MAX_FILES)
      .map((one) => describeFile(one, release.tag_name, manifest)),
    deltas: uploaded.flatMap((one) => {
      const delta = deltas.get(one.name);
      return delta === undefined ? [] : [{ ...delta, location: { tag: release.tag_name, name: one.name, assetId: one.id } }];
    }),
    manifest,
    subjectSha256: manifestBytes === undefined ? undefined : hash("sha256", manifestBytes),
    bundles: await Promise.all(bundles.map((one) => readDocument(client, one, inspected))),
  };
}

/** Deltas of our manifest by the names of their assets. */
function namedDeltas(manifest: ReleaseManifest | undefined): ReadonlyMap<string, Omit<FoundDelta, "location">> {
  if (manifest === undefined) return new Map();
  const all = nameAssets(manifest).flatMap((artifact) =>
    deltaAssets(manifest, artifact).map(({ asset, delta }) => [asset.name, { artifactSha256: artifact.sha256, delta }] as const),
  );
  return new Map(all);
}

function describeFile(asset: GithubAsset, tag: string, manifest: ReleaseManifest | undefined): FoundFile {
  const sha256 = sha256OfAsset(asset);
  // By its name too, where GitHub tells no digest.
  const named = manifest === undefined ? undefined : nameAssets(manifest).find((one) => one.name === asset.name)?.sha256;
  const known = manifest?.artifacts.find((one) => one.digests.sha256 === (sha256 ?? named));
  return {
    name: asset.name,
    sizeBytes: asset.size,
    sha256,
    platform: known?.platform ?? readNameFacts(asset.name).platform,
    location: { tag, name: asset.name, assetId: asset.id },
  };
}

async function readDocument(client: GithubClient, asset: GithubAsset, { signal, clock }: Inspected): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of await readAsset(client, { assetId: asset.id, signal, clock })) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_BYTES)
      throw new AppError("STORE_PROTOCOL", `The document ${asset.name} is too large to be one; it was not read.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseManifest(bytes: Uint8Array, release: GithubRelease): ReleaseManifest {
  try {
    return releaseManifest.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    throw new AppError(
      "STORE_PROTOCOL",
      `The file ${MANIFEST_NAME} of ${release.tag_name} is no release manifest; the release was not read.`,
    );
  }
}
