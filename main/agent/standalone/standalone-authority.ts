import { AppError } from "#shared/errors/app-error.ts";
import type { GrantId } from "#shared/lib/ids.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { UpdateAuthority } from "../ipc/update-authority.ts";
import type { ApplicationFollower } from "./application-follower.ts";

/**
 * Without a control plane the application may choose among what its source has, and go back.
 *
 * @param follower of the application; undefined for one that the configuration does not name (any more).
 */
export function standaloneAuthority(follower: () => ApplicationFollower | undefined, go: (grantId: GrantId) => void): UpdateAuthority {
  const required = (): ApplicationFollower => {
    const found = follower();
    if (found !== undefined) return found;
    throw new AppError("POLICY_REFUSED", "The configuration of this host names no source for the application; nothing was changed.");
  };
  return {
    kind: "stand-alone",
    known: () => (follower()?.versions ?? []).toSorted((left, right) => compareSemver(right, left)).map((version) => ({ version })),
    checked: () => {
      const { at, error } = follower()?.last ?? {};
      return { ...(at !== undefined && { at }), ...(error !== undefined && { error }) };
    },
    check: (signal) => required().check(signal),
    find: (version, signal) => required().find(version, signal),
    proceed: go,
    mayRollBack: () => Promise.resolve(true),
  };
}
