import type { GrantId } from "../../lib/ids.ts";
import { holdFor, type Hold } from "./hold.ts";
import { paceRefusal, releaseRefusal, stopRefusal } from "./refusals.ts";
import { hasArtifact, type OfferedRelease, type ReleaseOption } from "./release-option.ts";
import type { HostSituation, PaceContext, SubscriptionSituation } from "./situation.ts";
import { wantedRelease } from "./wanted-release.ts";

/**
 * What one host is told about one application, by the agent link and by Omaha alike.
 * `offer` carries the live grant that goes on, or none when a new one has to be issued. `current` means that the host
 * reports this very digest. `alone` applications are never touched, and never uninstalled.
 */
export type Decision =
  | { readonly kind: "offer"; readonly release: OfferedRelease; readonly grantId: GrantId | undefined; readonly reason: string }
  | {
      readonly kind: "hold";
      readonly release: ReleaseOption;
      readonly code: Hold["code"];
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  | { readonly kind: "current"; readonly release: OfferedRelease; readonly reason: string }
  | { readonly kind: "alone"; readonly reason: string };

/**
 * Decides what a host may do now. First which release it should run: its pin, the target once a wave
 * has reached it, else the previous target. Then what speaks against it, from the lasting to the passing: host and
 * release, a stop by people or gates, and, unless a grant is live already, the pace of the policy.
 */
export function decide(host: HostSituation, subscription: SubscriptionSituation | undefined, pace: PaceContext): Decision {
  if (subscription === undefined) return { kind: "alone", reason: "its group has no subscription to this application" };
  if (host.state !== "active")
    return { kind: "alone", reason: host.state === "revoked" ? "the host is revoked" : "the host waits for approval" };
  const { role, release, why } = wantedRelease(host, subscription);
  if (release === undefined) return { kind: "alone", reason: why };
  if (!hasArtifact(release))
    return { kind: "hold", release, ...holdFor("no-artifact", `${release.version} has no artifact for this platform`) };
  if (host.current?.digest === release.artifact.digest) return { kind: "current", release, reason: why };
  const refusal = releaseRefusal(host, subscription, role, release) ?? stopRefusal(subscription, role);
  if (refusal !== undefined) return { kind: "hold", release, ...refusal };
  if (host.grant?.releaseId === release.releaseId) return { kind: "offer", release, grantId: host.grant.grantId, reason: why };
  const slow = paceRefusal(host, subscription, { role, digest: release.artifact.digest }, pace);
  return slow === undefined ? { kind: "offer", release, grantId: undefined, reason: why } : { kind: "hold", release, ...slow };
}
