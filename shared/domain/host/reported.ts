import { z } from "zod";
import { applicationId, grantId, releaseId } from "../../lib/ids.ts";
import { durationMs, epochMs, semver, sha256Hex } from "../../lib/scalars.ts";
import { platform } from "../artifact/platform.ts";

/**
 * The life of one application on one host:
 *
 *     idle → downloading → verifying → staged → switching → probation → healthy
 *       any of them ──▶ failed          probation → reverting → reverted
 */
export const hostPhase = z.enum([
  "idle",
  "downloading",
  "verifying",
  "staged",
  "switching",
  "probation",
  "healthy",
  "failed",
  "reverting",
  "reverted",
]);
export type HostPhase = z.infer<typeof hostPhase>;

/**
 * Why a release did not stay: what the host saw, in a closed set of causes and a sentence. `halted` and `lease` come with
 * phase `idle`, not `failed`: the host stopped before its switch because it lost the permission, the grant is over, and
 * the release is not to blame. `quarantined` comes with `failed`: this host refused a release that it had reverted before.
 */
export const hostFailure = z.object({
  cause: z.enum([
    "download",
    "verification",
    "disk",
    "exec",
    "exit",
    "signal",
    "probe",
    "start-deadline",
    "halted",
    "lease",
    "quarantined",
    "internal",
  ]),
  message: z.string().max(500),
  /** The error code behind it, where there is one: `TRUST_ROLLBACK`. */
  code: z.string().max(64).optional(),
  /** The last lines the application wrote, bounded. */
  logTail: z.string().max(4000).optional(),
});
export type HostFailure = z.infer<typeof hostFailure>;

/** What a host says it runs, identified by digest: never what it was told to run. */
export const runningRelease = z.object({ releaseId, version: semver, digest: sha256Hex });
export type RunningRelease = z.infer<typeof runningRelease>;

/** A release that this host will not install again. */
export const hostQuarantine = z.object({
  releaseId,
  digest: sha256Hex,
  reason: z.string().max(500),
  at: epochMs,
  expiresAt: epochMs.optional(),
});
export type HostQuarantine = z.infer<typeof hostQuarantine>;

/** "Not now", said by an application to its host: why, and until when. */
export const updateLock = z.object({ reason: z.string().max(200), until: epochMs });

/** "Not now", said by the release's pre-upgrade hook: how often since when, when it is asked again, and its last words. */
export const hookWait = z.object({ since: epochMs, attempts: z.int().min(1), retryAt: epochMs, said: z.string().max(400) });
export type HookWait = z.infer<typeof hookWait>;

/**
 * The sockets that a host holds for an application, and what its next change of versions is like: `overlap` lets the new
 * one serve before the old one ends, `stop-start` has a gap, for the reason given.
 */
export const reportedListening = z.object({
  sockets: z.array(z.object({ name: z.string().max(63), address: z.string().max(1000) })).max(16),
  swap: z.enum(["overlap", "stop-start"]),
  reason: z.string().max(300).optional(),
});
export type ReportedListening = z.infer<typeof reportedListening>;

/** One application as its host reports it. */
export const reportedApplication = z.object({
  applicationId,
  /** The version that serves now. Undefined before the first install. */
  current: runningRelease.optional(),
  /** The release that the phase speaks of, when it is not the current one. */
  candidate: runningRelease.optional(),
  phase: hostPhase,
  grantId: grantId.optional(),
  /** Of the file that comes at present: the artifact or a delta. `applying`: the delta is here, the artifact is made with it. */
  progress: z.object({ receivedBytes: z.int().min(0), totalBytes: z.int().min(0), applying: z.boolean().optional() }).optional(),
  failure: hostFailure.optional(),
  /** Probe and process health of the current version at the time of the report. */
  healthy: z.boolean(),
  /** Why the current version is not well, when it is not: how it ended last, what its probe said. */
  trouble: z.string().max(300).optional(),
  restarts: z.int().min(0),
  uptimeMs: durationMs.optional(),
  listening: reportedListening.optional(),
  slots: z.array(z.object({ releaseId, version: semver, digest: sha256Hex })).max(32),
  quarantine: z.array(hostQuarantine).max(64),
  /** The application asks not to be updated before then, for its own reason. Bounded by the host. */
  updateLock: updateLock.optional(),
  /** What is to be switched to waits for the word of its own hook. */
  waiting: hookWait.optional(),
  /** It runs by the run spec of this host's own file, which stands in place of the signed one. */
  ownRunSpec: z.literal(true).optional(),
  /** Bytes by which the versions that must stay are more than the disk budget. */
  overBudgetBytes: z.int().min(1).optional(),
});
export type ReportedApplication = z.infer<typeof reportedApplication>;

/** Facts about a machine. They inform people; they never choose its group. */
export const hostFacts = z.object({
  hostname: z.string().max(255),
  platform,
  osRelease: z.string().max(200),
  agentVersion: z.string().max(64),
  cpuCount: z.int().min(1).max(4096),
  memoryBytes: z.int().min(0),
  /** Bytes free where slots are kept. */
  diskFreeBytes: z.int().min(0).optional(),
});
export type HostFacts = z.infer<typeof hostFacts>;
