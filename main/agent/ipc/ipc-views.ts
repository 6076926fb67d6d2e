import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { IpcAttempt, IpcFailure, IpcVersion } from "#shared/protocol/application-ipc.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { UnitDesired } from "../update/standing-orders.ts";
import type { InstalledRelease, Journal } from "../update/journal.ts";
import { findQuarantine } from "../update/quarantine.ts";
import { isSameRelease, type ReleaseIdentity } from "../update/release-identity.ts";
import type { Attempt } from "./attempt.ts";
import type { KnownVersion } from "./update-authority.ts";

/** A failure without the application's own output: who asks has written that itself. */
export function toIpcFailure({ cause, message, code }: HostFailure): IpcFailure {
  return { cause, message, ...(code !== undefined && { code }) };
}

/** An attempt as it is told. */
export function toIpcAttempt(one: Attempt): IpcAttempt {
  const { attemptId, kind, by, release, from, startedAt, phase, endedAt, outcome, failure } = one;
  return {
    attemptId,
    kind,
    by,
    release,
    ...(from !== undefined && { from }),
    startedAt,
    phase,
    ...(endedAt !== undefined && { endedAt }),
    ...(outcome !== undefined && { outcome }),
    ...(failure !== undefined && { failure: toIpcFailure(failure) }),
  };
}

/** What serves now, as far as it is known to. */
export function servingRelease({ serving }: Journal): (ReleaseIdentity & { readonly version: string }) | undefined {
  return serving.state === "healthy" || serving.state === "probation" ? serving.release : undefined;
}

/** Everything that this host has, is offered or knows of, newest first. One version may be there with several bytes. */
export function listVersions(
  journal: Journal,
  wanted: UnitDesired | undefined,
  known: readonly KnownVersion[],
  now: number,
): readonly IpcVersion[] {
  const here: readonly InstalledRelease[] = journal.installed;
  const target = wanted?.target;
  const offered = target === undefined || here.some((one) => isSameRelease(one, target)) ? [] : [target];
  const named = [...here, ...offered];
  const others = known.filter(
    (one) => !named.some((two) => two.version === one.version && (one.releaseId ?? two.releaseId) === two.releaseId),
  );
  const current = servingRelease(journal);
  const list = [...named, ...others].map(({ version, releaseId, digest }): IpcVersion => {
    const identity = releaseId === undefined || digest === undefined ? undefined : { releaseId, digest };
    const slot = here.find((one) => isSameRelease(one, identity));
    const entry = identity && findQuarantine(journal.quarantine, identity, now);
    return {
      version,
      ...identity,
      current: isSameRelease(current, identity),
      kept: slot !== undefined,
      proven: slot?.proven ?? false,
      ...(wanted !== undefined && isSameRelease(target, identity) && { offered: toOffer(wanted) }),
      ...(entry && { quarantined: { reason: entry.reason, ...(entry.expiresAt !== undefined && { expiresAt: entry.expiresAt }) } }),
    };
  });
  return list.toSorted((left, right) => compareSemver(right.version, left.version));
}

function toOffer({ grant, hold }: UnitDesired): NonNullable<IpcVersion["offered"]> {
  return { granted: grant !== undefined, ...(hold !== undefined && { hold }) };
}

/**
 * Where a rollback goes: the named version, else the proven one that served last, both of this disk, not in quarantine
 * and not the one that serves.
 */
export function chooseRollback(journal: Journal, version: string | undefined, now: number): InstalledRelease | undefined {
  const current = servingRelease(journal);
  const [best] = journal.installed
    .filter((one) => (version === undefined ? one.proven : one.version === version))
    .filter((one) => !isSameRelease(one, current) && findQuarantine(journal.quarantine, one, now) === undefined)
    .toSorted((left, right) => right.usedAt - left.usedAt);
  return best;
}
