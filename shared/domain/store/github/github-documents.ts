import { z } from "zod";

/** One asset as GitHub tells it (OpenAPI: release-asset), as far as we read it. */
export const githubAsset = z.object({
  id: z.int().positive(),
  name: z.string().max(1000),
  label: z.string().max(1000).nullish(),
  /** `uploaded`, or `starter` and `open` for what an upload that was cut left behind. */
  state: z.string().max(40),
  size: z.int().min(0),
  /** `sha256:…`; missing on older Enterprise servers and for assets of before June 2025. */
  digest: z.string().max(200).nullish(),
});
export type GithubAsset = z.infer<typeof githubAsset>;

/** One release as GitHub tells it (OpenAPI: release), as far as we read it. */
export const githubRelease = z.object({
  id: z.int().positive(),
  tag_name: z.string().max(1000),
  body: z.string().max(200_000).nullish(),
  draft: z.boolean(),
  prerelease: z.boolean(),
  /** Set where the repository makes releases immutable: their assets and tag can never change again. */
  immutable: z.boolean().optional(),
  created_at: z.string().max(40),
  published_at: z.string().max(40).nullish(),
  /** A template, `…/assets{?name,label}`, often on another host. */
  upload_url: z.string().max(2000),
  assets: z.array(githubAsset).max(2000),
});
export type GithubRelease = z.infer<typeof githubRelease>;

/** The repository, with what the asker may do in it. */
export const githubRepository = z.object({
  full_name: z.string().max(200),
  private: z.boolean(),
  archived: z.boolean(),
  permissions: z.object({ push: z.boolean() }).optional(),
});
export type GithubRepository = z.infer<typeof githubRepository>;

/** The account of a token. */
export const githubUser = z.object({ login: z.string().max(100) });

/** The SHA-256 that GitHub found for an asset, where it says one. */
export function sha256OfAsset(asset: GithubAsset): string | undefined {
  return /^sha256:([0-9a-f]{64})$/.exec(asset.digest ?? "")?.[1];
}
