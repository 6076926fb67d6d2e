import { z } from "zod";
import { releaseId } from "../../lib/ids.ts";
import { semver, sha256Hex, sizeBytes } from "../../lib/scalars.ts";
import { entriesComparison } from "../artifact/compare-entries.ts";
import { platform } from "../artifact/platform.ts";

const libraries = z.array(z.string().max(256)).max(256);

/** One file on one side of a comparison. */
export const comparedFile = z.object({
  platform,
  fileName: z.string(),
  sizeBytes,
  sha256: sha256Hex,
  /** "Linux program (ELF), glibc"; absent when nobody knows, or its bytes are gone. */
  kind: z.string().optional(),
  interpreter: z.string().optional(),
  libraries: libraries.optional(),
  /** False when the bytes lie in this control plane no longer: then only size and digest are known. */
  isRead: z.boolean(),
});
export type ComparedFile = z.infer<typeof comparedFile>;

/** The file for one platform, before and after; one side is absent where a platform came or went. */
export const fileComparison = z.object({
  before: comparedFile.optional(),
  after: comparedFile.optional(),
  isSame: z.boolean(),
  librariesAdded: libraries,
  librariesRemoved: libraries,
  /** Present when both are archives that could be listed. */
  entries: entriesComparison.optional(),
});
export type FileComparison = z.infer<typeof fileComparison>;

/** A release or a draft held against an earlier release. */
export const releaseComparison = z.object({
  /** Absent when there is nothing to compare with: the first release of an application. */
  against: z.object({ releaseId, version: semver }).optional(),
  files: z.array(fileComparison).max(128),
  /** What a host runs, as far as it differs. */
  runSpec: z.array(z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() })).max(400),
});
export type ReleaseComparison = z.infer<typeof releaseComparison>;
