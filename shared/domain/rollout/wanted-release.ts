import type { ReleaseOption } from "./release-option.ts";
import type { HostSituation, SubscriptionSituation, TargetRollout } from "./situation.ts";

/** The release that a host should run, in which role, and why that one. No release means: leave it alone. */
export type Wanted = {
  readonly role: "pinned" | "target" | "previous";
  readonly release: ReleaseOption | undefined;
  readonly why: string;
};

const GIVEN_UP = ["aborted", "superseded"] as const;

/** An aborted or superseded rollout brings its release to nobody any more; hosts that run it keep it. */
const isGivenUp = (rollout: TargetRollout): boolean => GIVEN_UP.some((state) => state === rollout.state);

function whyPrevious(rollout: TargetRollout, version: string): string {
  if (isGivenUp(rollout)) return `the rollout to ${version} was ${rollout.state}`;
  return rollout.state === "completed" ? `the rollout to ${version} did not reach it` : `waits for its wave of ${version}`;
}

/**
 * Resolves pin, target and previous target: until its wave opens a host is offered the previous target,
 * not nothing. A host that runs the target already keeps it, whatever its wave.
 */
export function wantedRelease(host: HostSituation, { target, previous, rollout }: SubscriptionSituation): Wanted {
  if (host.pinned !== undefined) return { role: "pinned", release: host.pinned, why: `pinned to ${host.pinned.version}` };
  if (target === undefined) return { role: "target", release: undefined, why: "nothing was rolled out to its group yet" };
  const runsTarget = host.current !== undefined && host.current.digest === target.artifact?.digest;
  if (rollout === undefined || runsTarget || (rollout.served && !isGivenUp(rollout)))
    return { role: "target", release: target, why: `${target.version} is the target` };
  return { role: "previous", release: previous, why: whyPrevious(rollout, target.version) };
}
