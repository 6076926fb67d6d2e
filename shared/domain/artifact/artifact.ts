import { z } from "zod";
import { artifactId, uploadId } from "../../lib/ids.ts";
import { epochMs, fileName, sha1Hex, sha256Hex, sha512Hex, sizeBytes } from "../../lib/scalars.ts";
import { releaseDeltas } from "../release/delta.ts";
import { releaseTree } from "../release/tree-delta.ts";
import { packing } from "./packing.ts";
import { platform } from "./platform.ts";

/** What a file is, read from its first bytes, never from its name. */
export const artifactFormat = z.enum(["elf", "mach-o", "pe", "script", "tar", "gzip", "zstd", "zip", "unknown"]);
export type ArtifactFormat = z.infer<typeof artifactFormat>;

/** The digests of one file, all from one read. */
export const digests = z.object({ sha256: sha256Hex, sha1: sha1Hex, sha512: sha512Hex });
export type Digests = z.infer<typeof digests>;

/** One file of a release for one platform. */
export const artifact = z.object({
  id: artifactId,
  platform,
  fileName,
  sizeBytes,
  digests,
  format: artifactFormat,
  /** What hosts may fetch instead of the whole file, once the release is signed with it. */
  deltas: releaseDeltas.optional(),
  /** The same of what it unpacks to, where hosts unpack it. */
  tree: releaseTree.optional(),
});
export type Artifact = z.infer<typeof artifact>;

/** A fact about a dropped file, with where it came from, so that people can judge it before they change it. */
const guessed = <V extends z.ZodType>(value: V) => z.object({ value, from: z.enum(["file name", "file header", "manifest"]) });

/** What intake found out about a file. */
export const inspection = z.object({
  format: artifactFormat,
  /** What people call it: "Linux program (ELF), static", "Debian package". Absent when nobody knows. */
  kind: z.string().max(120).optional(),
  platform: guessed(platform).optional(),
  /** All platforms of a file that carries several; the first is `platform`. */
  platforms: guessed(z.array(platform).min(2).max(8)).optional(),
  /** Compressed or packed: updates cannot be sent as deltas, so that every host fetches all of every release. */
  isPacked: z.literal(true).optional(),
  /** How it is packed, where what unpacking would save can be measured. */
  packing: packing.optional(),
  version: guessed(z.string().max(128)).optional(),
  name: guessed(z.string().max(80)).optional(),
  /** Sentences to the publisher, such as "This is an xz archive. Drop the unpacked program." */
  advice: z.array(z.string().max(300)).max(8),
});
export type Inspection = z.infer<typeof inspection>;

/**
 * A file on its way in. `receiving → verifying → ready → consumed`, or `failed` from the first two.
 * `receivedBytes` moves while bytes arrive; digests stand from `ready` on.
 */
export const upload = z.object({
  id: uploadId,
  fileName,
  sizeBytes,
  receivedBytes: sizeBytes,
  state: z.enum(["receiving", "verifying", "ready", "consumed", "failed"]),
  digests: digests.optional(),
  inspection: inspection.optional(),
  /** The same bytes are already stored, so nothing has to be sent again. */
  duplicate: z.boolean(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  createdAt: epochMs,
});
export type Upload = z.infer<typeof upload>;
