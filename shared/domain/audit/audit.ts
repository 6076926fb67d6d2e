import { z } from "zod";
import { epochMs, sha256Hex } from "../../lib/scalars.ts";

/**
 * One entry of the append-only record. `hash` is SHA-256 over the canonical JSON of the other fields, `previousHash`
 * among them, so that an edit, a deletion or a reorder breaks the chain.
 */
export const auditEntry = z.object({
  sequence: z.int().min(1),
  at: epochMs,
  /** `user:<name>`, `token:<label>`, `host:<id>` or `system`. */
  actor: z.string().max(200),
  /** Past tense, `noun.verb`: `rollout.paused`. */
  action: z.string().max(80),
  /** What it was done to: `<noun>:<id>`. */
  subject: z.string().max(200),
  fleetId: z.string().max(36).optional(),
  reason: z.string().max(500),
  /** Bounded facts, before and after where something changed. */
  details: z.record(z.string(), z.json()),
  previousHash: sha256Hex,
  hash: sha256Hex,
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** A signed statement about the head of the audit, so that a cut tail shows. */
export const auditCheckpoint = z.object({
  sequence: z.int().min(0),
  hash: sha256Hex,
  at: epochMs,
  keyId: z.string().max(128),
  signature: z.string().max(512),
});
export type AuditCheckpoint = z.infer<typeof auditCheckpoint>;

/** What `audit verify` found. */
export const auditVerdict = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("intact"),
    entries: z.int(),
    checkpoints: z.int(),
    head: sha256Hex,
    /** Reports of hosts that hold; absent where there were none to look at. */
    reports: z.int().optional(),
  }),
  z.object({
    outcome: z.literal("broken"),
    atSequence: z.int(),
    problem: z.enum(["edited", "missing", "reordered", "cut", "checkpoint", "report"]),
    message: z.string(),
  }),
]);
export type AuditVerdict = z.infer<typeof auditVerdict>;
