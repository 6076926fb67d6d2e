import { z } from "zod";
import { adoptionId, applicationId, releaseId, storeId } from "../../lib/ids.ts";
import { epochMs, revision, semver } from "../../lib/scalars.ts";
import { platform } from "../artifact/platform.ts";

/** Releases that one adoption brings in at most. */
export const MAX_ADOPTED_RELEASES = 64;

/** Files of one of them at most. */
export const MAX_ADOPTED_FILES = 64;

const bytes = z.int().min(0);

/** A file of a release that is adopted. Its size is 0 until the store was asked. */
export const adoptedFile = z.object({ name: z.string().min(1).max(200), platform, doneBytes: bytes, totalBytes: bytes });
export type AdoptedFile = z.infer<typeof adoptedFile>;

/**
 * One release of an adoption, which is one step of it.
 *
 *     pending ⇄ running ──▶ done (its draft is made)
 *        ▲         └──────▶ failed ──resume──▶ pending
 *
 * One that fails retryably is pending again, with `retryAt`. Nothing of it is a draft until all of it is.
 */
export const adoptedReleaseState = z.enum(["pending", "running", "done", "failed"]);

/** See {@link adoptedReleaseState}. */
export const adoptedRelease = z.object({
  /** The store's own name for it. */
  reference: z.string().max(256),
  /** Of the draft. */
  version: semver,
  state: adoptedReleaseState,
  files: z.array(adoptedFile).max(MAX_ADOPTED_FILES),
  doneBytes: bytes,
  totalBytes: bytes,
  /** How often it was begun. */
  attempts: z.int().min(0),
  error: z.object({ code: z.string().max(64), message: z.string().max(1000) }).optional(),
  retryAt: epochMs.optional(),
  /** Its draft, once that is made; it may have been published or discarded since. */
  releaseId: releaseId.optional(),
});
export type AdoptedRelease = z.infer<typeof adoptedRelease>;

/**
 * Releases of one store on their way to being drafts here.
 *
 *     running ──▶ completed (every one is a draft)
 *      │ ▲ ▲ └──▶ failed    (some could not be adopted; the others are drafts)
 *      ▼ │ └─resume─┘
 *     paused            running | paused | failed ──cancel──▶ cancelled
 *
 * Drafts that were made stay, whatever becomes of the rest.
 */
export const adoptionState = z.enum(["running", "paused", "failed", "cancelled", "completed"]);
export type AdoptionState = z.infer<typeof adoptionState>;

/** See {@link adoptionState}. */
export const adoption = z.object({
  id: adoptionId,
  applicationId,
  storeId,
  state: adoptionState,
  releases: z.array(adoptedRelease).min(1).max(MAX_ADOPTED_RELEASES),
  doneBytes: bytes,
  totalBytes: bytes,
  /** Why it stands, or how it ended, in a sentence. */
  message: z.string().max(500),
  startedAt: epochMs,
  startedBy: z.string(),
  finishedAt: epochMs.optional(),
  revision,
});
export type Adoption = z.infer<typeof adoption>;
