import { z } from "zod";
import { applicationId, commandId, grantId, releaseId } from "../lib/ids.ts";
import { durationMs, epochMs, semver, sha256Hex, sizeBytes } from "../lib/scalars.ts";
import { productId } from "../domain/release/release.ts";
import { tailFrame } from "./log-tail.ts";
import { bootId, documentPair } from "./agent-frames.ts";

/** First frame of a link. The nonce is 32 random bytes, base64url, used once. */
export const challengeFrame = z.object({ type: z.literal("challenge"), v: z.int(), nonce: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** The link is open. `accessToken` is the Bearer for trust metadata and blobs; a new one comes before it ends. */
export const welcomeFrame = z.object({
  type: z.literal("welcome"),
  v: z.int(),
  now: epochMs,
  stateIntervalMs: durationMs,
  accessToken: z.string().max(1000),
  accessTokenTtlMs: durationMs,
  /** Reports up to here are durable; the agent forgets them. Absent for a boot not seen yet. */
  acknowledgedSequence: z.int().min(0),
});

/**
 * Permission to bring this release here. `download` lets the agent fetch, verify and stage; the switch waits for a
 * `go` frame. The lease runs on the host's monotonic clock from receipt; an expired one begins nothing.
 */
export const desiredGrant = z.object({
  grantId,
  leaseMs: durationMs,
  /** An operator's rollback: the application's "not now" does not hold it back. Absent from older control planes. */
  passesLocks: z.boolean().optional(),
});

/** What one application on this host should be. `alone` applications are never touched. */
export const desiredApplication = z.object({
  applicationId,
  productId,
  releaseId,
  version: semver,
  /** Digest and size of the artifact for this host's platform; the agent checks them against the signed manifest. */
  digest: sha256Hex,
  sizeBytes,
  grant: desiredGrant.optional(),
  /** Why nothing is granted, to be shown on the host. */
  hold: z.string().max(500).optional(),
});
export type DesiredApplication = z.infer<typeof desiredApplication>;

/** The whole desired state of one host. Applied only when its pair is newer than the last applied one. */
export const desiredFrame = z.object({
  type: z.literal("desired"),
  pair: documentPair,
  applications: z.array(desiredApplication).max(64),
  /** For how long the host refuses a release that it reverts from now on. Absent from older control planes. */
  quarantineMs: durationMs.optional(),
});
export type DesiredFrame = z.infer<typeof desiredFrame>;

/** The go for one switch. Begins under `leaseMs` from receipt, or not at all. */
export const goFrame = z.object({ type: z.literal("go"), grantId, leaseMs: durationMs });

/** Stops every download and switch that has not begun, for the named grants or all. Answered by an ack. */
export const haltFrame = z.object({
  type: z.literal("halt"),
  haltId: z.string().max(64),
  grants: z.union([z.literal("all"), z.array(grantId).max(64)]),
});

/** An order outside the desired state. At least once; the agent's journal makes it once. */
export const commandBody = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("restart"), applicationId }),
  z.object({ kind: z.literal("collect-logs"), applicationId, maxBytes: z.int().min(1).max(60_000) }),
  z.object({ kind: z.literal("lift-quarantine"), applicationId, releaseId }),
]);
export type CommandBody = z.infer<typeof commandBody>;
export const commandFrame = z.object({ type: z.literal("command"), commandId, ttlMs: durationMs, body: commandBody });

/** Reports up to `sequence` of this boot are committed. */
export const reportAckFrame = z.object({ type: z.literal("report-ack"), boot: bootId, sequence: z.int().min(0) });

/** A fresh access token. */
export const accessFrame = z.object({ type: z.literal("access"), accessToken: z.string().max(1000), accessTokenTtlMs: durationMs });

/** The control plane ends the link; come back at a random moment of the window, which is absent when coming back is pointless. */
export const byeFrame = z.object({
  type: z.literal("bye"),
  code: z.string().max(64),
  message: z.string().max(300),
  retry: z.object({ fromMs: durationMs, toMs: durationMs }).optional(),
});

/** Every frame a control plane may send. */
export const controlFrame = z.discriminatedUnion("type", [
  challengeFrame,
  welcomeFrame,
  desiredFrame,
  goFrame,
  haltFrame,
  commandFrame,
  tailFrame,
  reportAckFrame,
  accessFrame,
  byeFrame,
]);
export type ControlFrame = z.infer<typeof controlFrame>;
