import { z } from "zod";
import { publicationId, releaseId, signingRequestId, storeId } from "../../lib/ids.ts";
import { epochMs, revision } from "../../lib/scalars.ts";

/**
 * What a step of a publication is about, in the order in which they come: look what is there, bring the artifacts,
 * read them back, bring the documents and signatures, make the version visible, and sign it for hosts.
 */
export const stepPhase = z.enum(["check", "upload", "verify", "describe", "finish", "sign"]);
export type StepPhase = z.infer<typeof stepPhase>;

/** Bytes of a whole publication: 64 artifacts of up to 64 GiB. */
const bytes = z.int().min(0);

/** One step with where it stands. */
export const publicationStep = z.object({
  id: z.string().max(200),
  phase: stepPhase,
  title: z.string().max(200),
  state: z.enum(["pending", "running", "done"]),
  doneBytes: bytes,
  totalBytes: bytes,
  needsSignature: z.boolean(),
  /** How often it was begun. */
  attempts: z.int().min(0),
});
export type PublicationStep = z.infer<typeof publicationStep>;

/** The step that every publication ends with: the release is put in force for hosts, once all of its stores have it. */
export const SIGN_STEP = {
  id: "sign",
  phase: "sign",
  title: "Put in force for hosts",
  totalBytes: 0,
  needsSignature: true,
} as const satisfies Pick<PublicationStep, "id" | "phase" | "title" | "totalBytes" | "needsSignature">;

/**
 * One release on its way to one store.
 *
 *     running ──▶ completed
 *      │ ▲ ▲└──▶ waiting (for signatures, or for the other stores) ──▶ running
 *      │ │ └──── failed ◀── a step that cannot be tried again, or was tried often
 *      ▼ │ retry / resume
 *     paused            running | waiting | paused | failed ──cancel──▶ cancelled
 *
 * A step that fails with a retryable error is tried again by itself, later and later; `retryAt` says when.
 */
export const publicationState = z.enum(["running", "waiting", "paused", "failed", "cancelled", "completed"]);
export type PublicationState = z.infer<typeof publicationState>;

/** See {@link publicationState}. */
export const publication = z.object({
  id: publicationId,
  releaseId,
  storeId,
  state: publicationState,
  /** At most 64 artifacts with 16 deltas each, and what every store does besides. */
  steps: z.array(publicationStep).max(1200),
  doneBytes: bytes,
  totalBytes: bytes,
  /** Why it waits or stands, in a sentence. */
  message: z.string().max(500),
  error: z.object({ code: z.string().max(64), message: z.string().max(1000) }).optional(),
  retryAt: epochMs.optional(),
  /** What people must sign before it can go on. */
  signingRequestId: signingRequestId.optional(),
  startedAt: epochMs,
  startedBy: z.string(),
  finishedAt: epochMs.optional(),
  revision,
});
export type Publication = z.infer<typeof publication>;
