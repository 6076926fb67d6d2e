import type { RollbackPreview } from "#shared/contract/rollouts.ts";

/** How the hosts of a group go back: from what they keep, or by a download. */
export function slotWords(hosts: number, withSlot: number): string {
  if (hosts === 0) return "no host has it";
  const count = hosts === 1 ? "1 host" : `${hosts} hosts`;
  if (withSlot >= hosts) return `${count}, from the copy that ${hosts === 1 ? "it keeps" : "they keep"}: no download`;
  if (withSlot === 0) return `${count}, by a download`;
  return `${count}, ${withSlot} of them without a download`;
}

/** What a rollback does besides changing versions, sentence by sentence. */
export function rollbackConsequences({ supersedes, subscriptions }: RollbackPreview): readonly string[] {
  const channels = [...new Set(subscriptions.flatMap((one) => one.detachesFrom ?? []))];
  return [
    "All hosts go back at once, without waves, as far as their policy lets them.",
    ...(supersedes.length === 0 ? [] : [supersedes.length === 1 ? "The rollout that runs now ends." : "The rollouts that run now end."]),
    ...(channels.length === 0
      ? []
      : [`The groups stop following ${channels.join(" and ")} until someone re-attaches them, so that the next move does not undo this.`]),
  ];
}
