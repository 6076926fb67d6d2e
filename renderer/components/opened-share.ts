import type { waveLook } from "./state-status.ts";

/**
 * How much of a rollout its opened waves are, 0 to 1, each wave counting the same. Counts of hosts are known only for
 * waves that opened, so a bar of them fills no more than this.
 */
export function openedShare(waves: readonly { readonly state: Parameters<typeof waveLook>[0] }[]): number {
  const opened = waves.filter((wave) => wave.state !== "pending" && wave.state !== "skipped").length;
  return waves.length === 0 ? 1 : opened / waves.length;
}
