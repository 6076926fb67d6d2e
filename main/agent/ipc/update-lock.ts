import { z } from "zod";
import { releaseId } from "#shared/lib/ids.ts";
import { epochMs, sha256Hex } from "#shared/lib/scalars.ts";
import { IPC_LIMITS } from "#shared/protocol/application-ipc.ts";
import { isSameRelease, type ReleaseIdentity } from "../update/release-identity.ts";

/** "Not now": until its end nothing that is staged is switched to. */
export const updateLock = z.object({ lockId: z.uuid(), reason: z.string().min(1).max(200), at: epochMs, until: epochMs });
export type UpdateLock = z.infer<typeof updateLock>;

/** The locks of one application, and since when they have kept which release waiting. */
export const updateLocks = z.object({
  schema: z.literal(1),
  locks: z.array(updateLock).max(64),
  held: z.object({ releaseId, digest: sha256Hex, since: epochMs }).optional(),
});
export type UpdateLockState = z.infer<typeof updateLocks>;

/** No lock was ever taken. */
export const NO_LOCKS: UpdateLockState = { schema: 1, locks: [] };

/** The locks that hold now. One from a future that its clock has left behind holds nothing: whoever sets a clock must not lock a host. */
export function liveLocks({ locks }: UpdateLockState, now: number): readonly UpdateLock[] {
  return locks.filter((lock) => lock.until > now && lock.until - now <= IPC_LIMITS.lockMs);
}

/** The locks with another one. It ends after `forMs`, an hour at most. */
export function addLock(
  state: UpdateLockState,
  lock: { readonly lockId: string; readonly reason: string; readonly forMs: number },
  now: number,
): UpdateLockState {
  const { lockId, reason, forMs } = lock;
  const others = liveLocks(state, now).filter((one) => one.lockId !== lockId);
  return { ...state, locks: [...others, { lockId, reason, at: now, until: now + Math.min(forMs, IPC_LIMITS.lockMs) }] };
}

/** The locks without one of them. */
export function removeLock(state: UpdateLockState, lockId: string): UpdateLockState {
  return { ...state, locks: state.locks.filter((one) => one.lockId !== lockId) };
}

/**
 * What keeps `staged` from being switched to at `now`: the lock that ends last. Locks taken one after another hold the same
 * release for a day at most, from the first moment on: an application may choose its moment, not whether there is one.
 */
export function holdingLock(state: UpdateLockState, staged: ReleaseIdentity, now: number): UpdateLock | undefined {
  const [last] = liveLocks(state, now).toSorted((left, right) => right.until - left.until);
  const { held } = state;
  if (last === undefined || held === undefined || !isSameRelease(held, staged)) return last;
  const heldMs = now - held.since;
  return heldMs >= 0 && heldMs < IPC_LIMITS.lockTotalMs ? last : undefined;
}

/** Remembers since when a release has been held back; the same state when nothing is new. */
export function noteHeld(state: UpdateLockState, staged: ReleaseIdentity, now: number): UpdateLockState {
  if (state.held !== undefined && isSameRelease(state.held, staged)) return state;
  return { ...state, held: { releaseId: staged.releaseId, digest: staged.digest, since: now } };
}
