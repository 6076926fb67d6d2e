import { hash } from "node:crypto";
import { join } from "node:path";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { isSemver } from "#shared/lib/semver.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import type { FoundDelta, FoundFile, FoundRelease, FoundReleaseDetail } from "#main/control-plane/ports/release-store.ts";
import type { FolderVersion } from "#shared/domain/release/folder-index-document.ts";
import { readFolderIndex } from "./folder-index.ts";
import { BUNDLE_SUFFIX, CHECKSUMS_NAME, foundFolderFiles, MANIFEST_NAME, versionFile } from "./folder-layout.ts";
import { namesIn, readOptional } from "./folder-owner.ts";

/** Releases and bundles that are looked at, at most. */
const MAX_RELEASES = 1000;
const MAX_FILES = 256;
const MAX_BUNDLES = 32;

/** What lies in a product's folder: our versions by the index, others' by the names of their folders. */
export async function discoverFolder(folder: string): Promise<readonly FoundRelease[]> {
  const ours = (await readFolderIndex(folder))?.versions ?? [];
  const known = new Set(ours.map((one) => one.version));
  const names = ((await namesIn(folder)) ?? []).filter((name) => isSemver(name) && !known.has(name));
  const others = names.map((name) => ({ reference: name, version: name, createdAt: undefined, isOurs: false }));
  return [...ours.map(toFound), ...others].slice(0, MAX_RELEASES);
}

/** One version in full. @throws AppError STORE_NOT_FOUND. */
export async function inspectFolder(folder: string, productId: string, reference: string): Promise<FoundReleaseDetail> {
  const versionFolder = versionFile(folder, reference);
  const names = await namesIn(versionFolder);
  if (names === undefined) throw new AppError("STORE_NOT_FOUND", `${versionFolder} is not there.`);
  const ours = (await readFolderIndex(folder))?.versions.find((one) => one.version === reference);
  const bundleNames = names.filter((name) => name.endsWith(BUNDLE_SUFFIX)).slice(0, MAX_BUNDLES);
  const bundles = await Promise.all(bundleNames.map((name) => nodeFs.readFile(join(versionFolder, name))));
  const place = { productId, version: reference };
  const files = ours === undefined ? await foreignFiles(versionFolder, names, place) : ourFiles(ours, place);
  const found = ours === undefined ? { reference, version: reference, createdAt: undefined, isOurs: false } : toFound(ours);
  const manifest = ours === undefined ? undefined : await ourManifest(versionFolder, ours);
  const deltas = manifest === undefined ? [] : ourDeltas(manifest, place);
  return { ...found, notes: "", files, deltas, manifest, subjectSha256: ours?.manifestSha256, bundles };
}

type Place = { readonly productId: string; readonly version: string };

function toFound({ version, publishedAt }: FolderVersion): FoundRelease {
  return { reference: version, version, createdAt: publishedAt, isOurs: true };
}

/** A file that serves several platforms stands once for each. */
function ourFiles({ files }: FolderVersion, place: Place): readonly FoundFile[] {
  return files.flatMap(({ name, platforms, sizeBytes, sha256 }) =>
    platforms.map((platform) => ({ name, sizeBytes, sha256, platform, location: { ...place, name } })),
  );
}

/** Our manifest, when it lies there unchanged. */
async function ourManifest(folder: string, { manifestSha256 }: FolderVersion): Promise<ReleaseManifest | undefined> {
  const bytes = await readOptional(join(folder, MANIFEST_NAME));
  return bytes === undefined || hash("sha256", bytes) !== manifestSha256 ? undefined : readManifest(folder, bytes);
}

function ourDeltas(manifest: ReleaseManifest, place: Place): readonly FoundDelta[] {
  return foundFolderFiles(manifest).flatMap(({ file, deltas }) =>
    deltas.map(({ name, delta }) => ({ artifactSha256: file.sha256, delta, location: { ...place, name } })),
  );
}

function readManifest(folder: string, bytes: Buffer): ReleaseManifest {
  try {
    return releaseManifest.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new AppError("STORE_PROTOCOL", `${join(folder, MANIFEST_NAME)} is no release manifest; the release was not read.`, { cause });
  }
}

/** Files that somebody else put there, with their digests where `SHA256SUMS` says them. */
async function foreignFiles(folder: string, names: readonly string[], place: Place): Promise<readonly FoundFile[]> {
  const sums = (await readOptional(join(folder, CHECKSUMS_NAME)))?.toString("utf8") ?? "";
  const digests = new Map([...sums.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sha256 = "", name = ""]) => [name, sha256]));
  const files: FoundFile[] = [];
  for (const name of names
    .filter((one) => !one.startsWith(".") && one !== CHECKSUMS_NAME && !one.endsWith(BUNDLE_SUFFIX))
    .slice(0, MAX_FILES)) {
    const stats = await nodeFs.stat(join(folder, name));
    if (stats.isFile())
      files.push({ name, sizeBytes: stats.size, sha256: digests.get(name), platform: undefined, location: { ...place, name } });
  }
  return files;
}
