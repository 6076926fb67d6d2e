import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { formatBytes } from "#shared/lib/format.ts";

/** "1.9 GB of 84 GB sent, 98 % saved"; without the part where nothing was saved. */
export function sentWords({ bytes, fullBytes }: NonNullable<RolloutRow["sent"]>): string {
  const saved = fullBytes === 0 ? 0 : Math.floor((100 * (fullBytes - bytes)) / fullBytes);
  const sent = `${formatBytes(bytes)} of ${formatBytes(fullBytes)} sent`;
  return saved < 1 ? sent : `${sent}, ${saved} % saved`;
}
