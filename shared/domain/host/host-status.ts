import type { Host } from "./host.ts";
import type { HostPhase } from "./reported.ts";

/**
 * The one word for a host or an application on it. `failed` is kept for what needs a person; `paused` is waiting on
 * purpose; `unknown` means that we have no fresh word from it.
 */
export type HostStatus = "healthy" | "progressing" | "paused" | "failed" | "unknown";

/** Worst first: what a group of statuses rolls up to. Not reporting hides nothing that is known to move, wait or fail. */
export const HOST_STATUSES_WORST_FIRST = ["failed", "paused", "progressing", "unknown", "healthy"] as const satisfies readonly HostStatus[];

/** One application that a host reports, against what its subscription wants. What it never reported on is not judged. */
export type ApplicationCondition = {
  readonly phase: HostPhase;
  readonly healthy: boolean;
  readonly currentReleaseId: string | undefined;
  /** The release that the phase speaks of, when it is not the current one. */
  readonly candidateReleaseId: string | undefined;
  /**
   * What its group should run: the pin, else the subscription's target, or the one before it once the rollout to the
   * target was given up. Undefined leaves the application alone.
   */
  readonly targetReleaseId: string | undefined;
  /** The subscription stopped offering. */
  readonly paused: boolean;
  /** It lies ready, and the application or its hook said "not now". */
  readonly waits: boolean;
};

/** What a host's status follows from. */
export type HostCondition = {
  readonly state: Host["state"];
  readonly connection: Host["connection"];
  readonly lastSeenAt: number | undefined;
  readonly applications: readonly ApplicationCondition[];
};

/** On the way to another release. */
export const MOVING_PHASES: readonly HostPhase[] = ["downloading", "verifying", "staged", "switching", "probation"];

/** The way to another release went wrong. */
export const SPOILT_PHASES: readonly HostPhase[] = ["failed", "reverting", "reverted"];

/** The worst of several statuses; nothing at all is healthy. */
export function worstStatus(statuses: readonly HostStatus[]): HostStatus {
  return HOST_STATUSES_WORST_FIRST.find((status) => statuses.includes(status)) ?? "healthy";
}

/**
 * The status of one application on a host that reports. A failed attempt is old news once nobody wants its release there
 * any more, or the host runs what it should; then what serves now decides.
 */
export function applicationStatus(application: ApplicationCondition): HostStatus {
  const { phase, healthy, currentReleaseId, candidateReleaseId, targetReleaseId, waits } = application;
  const isAtTarget = currentReleaseId !== undefined && currentReleaseId === targetReleaseId;
  if (MOVING_PHASES.includes(phase)) return waits ? "paused" : "progressing";
  if (SPOILT_PHASES.includes(phase)) {
    const isOldNews = candidateReleaseId !== undefined && candidateReleaseId !== targetReleaseId;
    return healthy && (isAtTarget || isOldNews) ? "healthy" : "failed";
  }
  if (currentReleaseId === undefined) return targetReleaseId === undefined ? "healthy" : awaited(application);
  if (!healthy) return "failed";
  return application.paused && targetReleaseId !== undefined && !isAtTarget ? "paused" : "healthy";
}

function awaited(application: ApplicationCondition): HostStatus {
  return application.paused ? "paused" : "progressing";
}

/**
 * The status of a host: the worst of its applications, unless the host itself says more. `silentBefore` is the moment
 * (epoch milliseconds) before which a last word is too old to be believed.
 */
export function hostStatus(host: HostCondition, silentBefore: number): HostStatus {
  if (host.state === "revoked") return "unknown";
  if (host.state === "pending") return "paused";
  if (host.connection === "cloned") return "failed";
  if (host.lastSeenAt === undefined || host.lastSeenAt < silentBefore) return "unknown";
  return worstStatus(host.applications.map(applicationStatus));
}
