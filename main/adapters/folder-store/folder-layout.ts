import { join } from "node:path";
import { deltaFiles, type DeltaFileName } from "#shared/domain/release/delta-files.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import { fileName, semver } from "#shared/lib/scalars.ts";
import { productId as productIdSchema } from "#shared/domain/release/release.ts";

/** One file of a version's folder; `platforms` are those that an artifact serves, and none for a delta. */
export type FolderFile = {
  readonly name: string;
  readonly platforms: readonly string[];
  readonly sizeBytes: number;
  readonly sha256: string;
};

/** Names in a version's folder that are ours, whatever artifacts are called. */
export const MANIFEST_NAME = "release.json";
export const CHECKSUMS_NAME = "SHA256SUMS";
export const MARKER_NAME = ".rollcall.json";
export const BUNDLE_SUFFIX = ".sigstore.json";

/** Artifacts as {@link folderFiles} names them, each followed by the deltas that lead to it. */
export function foundFolderFiles(
  manifest: Pick<ReleaseManifest, "artifacts">,
): readonly { readonly file: FolderFile; readonly deltas: readonly DeltaFileName[] }[] {
  return folderFiles(manifest).map((file) => {
    const artifact = manifest.artifacts.find((one) => one.digests.sha256 === file.sha256);
    return { file, deltas: deltaFiles(file.name, artifact === undefined ? [] : deltasOf(artifact)) };
  });
}

/** Everything that lies in a version's folder beside our documents. */
export function allFolderFiles(manifest: Pick<ReleaseManifest, "artifacts">): readonly FolderFile[] {
  return foundFolderFiles(manifest).flatMap(({ file, deltas }) => [
    file,
    ...deltas.map(({ name, sha256, sizeBytes }) => ({ name, sha256, sizeBytes, platforms: [] })),
  ]);
}

/**
 * The artifacts of a release, each once, by the names under which people find them: the artifact's own where nothing else
 * has it, else with the platform before it. Names with a leading dot get one, too: web servers read some of them.
 */
export function folderFiles(manifest: Pick<ReleaseManifest, "artifacts">): readonly FolderFile[] {
  const byDigest = Map.groupBy(manifest.artifacts, (one) => `${one.digests.sha256} ${one.fileName}`);
  const claims = Map.groupBy([...byDigest.values()], (same) => same[0]?.fileName.toLowerCase() ?? "");
  return [...byDigest.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const isAlone = claims.get(first.fileName.toLowerCase())?.length === 1 && !isReserved(first.fileName);
    const prefix = isAlone ? "" : `${first.platform.replaceAll(/[^A-Za-z0-9._]/g, "-")}-`;
    const name = `${prefix}${first.fileName}`;
    return [{ name, platforms: same.map((one) => one.platform), sizeBytes: first.sizeBytes, sha256: first.digests.sha256 }];
  });
}

/** The folder of a product. @throws ZodError for what is no product id, so that no name from outside ever leads out. */
export function productFolder(root: string, productId: string): string {
  return join(root, productIdSchema.parse(productId));
}

/** The folder of a version. @throws ZodError as {@link productFolder}. */
export function versionFolder(root: string, productId: string, version: string): string {
  return join(productFolder(root, productId), semver.parse(version));
}

/** A file of a version's folder. @throws ZodError for a name with folders in it. */
export function versionFile(folder: string, name: string): string {
  return join(folder, fileName.parse(name));
}

/** `SHA256SUMS` as `sha256sum --check` reads it. */
export function checksumLines(files: readonly Pick<FolderFile, "name" | "sha256">[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    [MANIFEST_NAME, CHECKSUMS_NAME.toLowerCase(), "index.json", "index.html"].includes(lower) ||
    lower.startsWith(".") ||
    lower.endsWith(BUNDLE_SUFFIX)
  );
}
