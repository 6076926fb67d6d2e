import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { ACTIVE_ROLLOUT_STATES } from "#shared/domain/rollout/rollout.ts";

/** Whether it still holds its subscriptions: planned, running, paused or tripped. */
export function isActive(rollout: Pick<RolloutRow, "state">): boolean {
  return ACTIVE_ROLLOUT_STATES.some((state) => state === rollout.state);
}

/** Those that still move or wait for someone first, then the newest. */
export function activeFirst<R extends Pick<RolloutRow, "state" | "createdAt">>(rows: readonly R[]): readonly R[] {
  return [...rows].sort((left, right) => Number(isActive(right)) - Number(isActive(left)) || right.createdAt - left.createdAt);
}
