import { deltaFiles } from "../../release/delta-files.ts";
import type { ReleaseManifest } from "../../release/manifest.ts";
import { deltasOf, type NamedDelta } from "../../release/tree-delta.ts";
import { isOwnDocument } from "./own-document-names.ts";
import type { WantedAsset } from "./wanted-asset.ts";

type ManifestArtifact = ReleaseManifest["artifacts"][number];

/** Every asset of a release beside our documents: its artifacts as {@link nameAssets} names them, and their deltas. */
export function allAssets(manifest: ReleaseManifest): readonly WantedAsset[] {
  return nameAssets(manifest).flatMap((asset) => [asset, ...deltaAssets(manifest, asset).map(({ asset: delta }) => delta)]);
}

/** The deltas that lead to one asset. */
export function deltaAssets(
  manifest: ReleaseManifest,
  artifact: Pick<WantedAsset, "name" | "sha256">,
): readonly { readonly asset: WantedAsset; readonly delta: NamedDelta }[] {
  const signed = manifest.artifacts.find((one) => one.digests.sha256 === artifact.sha256);
  return deltaFiles(artifact.name, signed === undefined ? [] : deltasOf(signed)).map(({ name, sha256, sizeBytes, delta }) => ({
    asset: { name: plainName(name), label: `${artifact.name}, from ${delta.from.version}`, sha256, sizeBytes },
    delta,
  }));
}

/**
 * Names the assets of a release's artifacts: one per digest, by the artifact's file name. A name that several artifacts share, or
 * that one of our documents has, gets the platform before its extension: `web` becomes `web-linux-amd64`, `web.exe`
 * becomes `web-windows-amd64.exe`. GitHub renames what has other characters than letters, digits, dots, dashes and
 * underscores, so we do it first and know the names. The same manifest gives the same names.
 */
export function nameAssets(manifest: ReleaseManifest): readonly WantedAsset[] {
  const artifacts = uniqueByDigest(manifest.artifacts);
  const plain = countNames(artifacts.map((one) => plainName(one.fileName)));
  const named = artifacts.map((artifact) => {
    const name = plainName(artifact.fileName);
    return isOwnDocument(name) || (plain.get(name.toLowerCase()) ?? 0) > 1 ? withSuffix(name, platformWord(artifact.platform)) : name;
  });
  const counts = countNames(named);
  return artifacts.map((artifact, index) => {
    const name = named[index] ?? artifact.digests.sha256;
    const isUnique = (counts.get(name.toLowerCase()) ?? 0) === 1;
    return {
      name: isUnique ? name : withSuffix(name, artifact.digests.sha256.slice(0, 12)),
      label: `${artifact.fileName} (${artifact.platform})`,
      sha256: artifact.digests.sha256,
      sizeBytes: artifact.sizeBytes,
    };
  });
}

/** One asset carries all artifacts of one digest: a universal binary stands in a manifest once per machine. */
function uniqueByDigest(artifacts: readonly ManifestArtifact[]): readonly ManifestArtifact[] {
  return artifacts.filter((one, index) => artifacts.findIndex((other) => other.digests.sha256 === one.digests.sha256) === index);
}

function plainName(fileName: string): string {
  const plain = fileName
    .replaceAll(/[^A-Za-z0-9._-]+/g, ".")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/^\.+|\.+$/g, "");
  return plain === "" ? "file" : plain;
}

/** `linux/arm64/v8+musl` as `linux-arm64-v8-musl`. */
function platformWord(platform: string): string {
  return platform.replaceAll(/[^a-z0-9]+/g, "-");
}

function withSuffix(name: string, suffix: string): string {
  const [, stem = name, extension = ""] = /^(.+?)((?:\.(?:tar|exe|gz|zst|zip|xz|sh|bin|run|appimage|js|py|json|txt))*)$/i.exec(name) ?? [];
  return `${stem}-${suffix}${extension}`;
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return counts;
}
