import { randomUUID } from "node:crypto";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { applicationId, grantId, releaseId, type GrantId } from "#shared/lib/ids.ts";
import { emptyJournal, type Journal, type TargetRelease } from "#main/agent/update/journal.ts";
import type { Facts } from "#main/agent/update/next-step.ts";

/** A release that differs from every other one. */
export function aTarget(version: string): TargetRelease {
  const id = randomUUID();
  return { releaseId: releaseId.parse(id), version, digest: id.replaceAll("-", "").repeat(2), sizeBytes: 1000 };
}

/** A fresh grant. */
export function aGrant(): GrantId {
  return grantId.parse(randomUUID());
}

/** A journal that differs from an empty one in `change`. */
export function aJournal(change: Partial<Journal> = {}): Journal {
  return { ...emptyJournal({ applicationId: applicationId.parse(randomUUID()), productId: "org.example.web" }), ...change };
}

/** Facts of a quiet moment that differ in `change`. */
export function someFacts(change: Partial<Facts> = {}): Facts {
  return { now: 1_000_000, goes: [], supervised: true, ...change };
}

/** A failure for whatever needs one. */
export const A_FAILURE: HostFailure = { cause: "exit", message: "It crashed 3 times in its probation." };
