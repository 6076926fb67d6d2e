import { z } from "zod";
import { epochMs, fileName, semver, sha256Hex, sizeBytes, slug } from "../../lib/scalars.ts";
import { productId } from "./release.ts";

/** One version as the index has it. Paths of files are `<version>/<name>` beside the index. */
const folderVersion = z.object({
  version: semver,
  releaseId: z.uuid(),
  publishedAt: epochMs,
  manifestSha256: sha256Hex,
  files: z.array(z.object({ name: fileName, platforms: z.array(z.string().max(80)).max(64), sizeBytes, sha256: sha256Hex })).max(64),
});
export type FolderVersion = z.infer<typeof folderVersion>;

/** `<product id>/index.json`: what a reader of the folder begins with. It is written last, so that all it names is there. */
export const folderIndex = z.object({
  kind: z.literal("rollcall.folder-index"),
  schema: z.literal(1),
  productId,
  name: z.string().max(80),
  versions: z.array(folderVersion).max(10_000),
  channels: z.record(slug, semver),
});
export type FolderIndex = z.infer<typeof folderIndex>;
