import { type GithubAsset, sha256OfAsset } from "#shared/domain/store/github/github-documents.ts";
import type { WantedAsset } from "#shared/domain/store/github/wanted-asset.ts";

/**
 * What lies under a name that we want:
 * - `absent`: nothing;
 * - `complete`: exactly our bytes, by GitHub's digest;
 * - `unproven`: as many bytes as ours, and no digest to tell; they have to be read back;
 * - `leftover`: what an upload that was cut left behind (state `starter` or `open`), which holds no bytes and the name;
 * - `damaged`: other bytes under our own label;
 * - `foreign`: other bytes that somebody else put there.
 */
export type AssetVerdict =
  | { readonly kind: "absent" }
  | { readonly kind: "complete" | "unproven" | "leftover" | "damaged" | "foreign"; readonly asset: GithubAsset };

/** Judges the asset of a release that has the wanted name. GitHub holds at most one. */
export function judgeAsset(assets: readonly GithubAsset[], wanted: WantedAsset): AssetVerdict {
  const asset = assets.find((one) => one.name === wanted.name);
  if (asset === undefined) return { kind: "absent" };
  if (asset.state !== "uploaded") return { kind: "leftover", asset };
  const sha256 = sha256OfAsset(asset);
  if (sha256 === wanted.sha256 && asset.size === wanted.sizeBytes) return { kind: "complete", asset };
  if (sha256 === undefined && asset.size === wanted.sizeBytes) return { kind: "unproven", asset };
  return { kind: asset.label === wanted.label ? "damaged" : "foreign", asset };
}
