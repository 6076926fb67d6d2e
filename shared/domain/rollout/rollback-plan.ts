import type { ReleaseId } from "../../lib/ids.ts";
import { formatBytes } from "../../lib/format.ts";

/** What of a row of the version history decides where a rollback goes. */
export type HistoryEntry = {
  readonly cause: "rollout" | "rollback" | "channel" | "initial";
  readonly fromReleaseId: ReleaseId | undefined;
  readonly toReleaseId: ReleaseId;
  readonly outcome: "in progress" | "completed" | "tripped" | "superseded" | "aborted";
};

/**
 * The release a subscription goes back to: the last target that completed, is not the present one and may still be
 * offered. A release that somebody rolled back from since then is passed over, so that rolling back twice goes further
 * back instead of forth again. Undefined when the history holds none.
 */
export function rollbackTarget(
  history: readonly HistoryEntry[],
  presentReleaseId: ReleaseId | undefined,
  mayBeOffered: (releaseId: ReleaseId) => boolean,
): ReleaseId | undefined {
  const leftBehind = new Set<ReleaseId>();
  for (const entry of history.toReversed()) {
    const { toReleaseId } = entry;
    if (entry.outcome === "completed" && toReleaseId !== presentReleaseId && !leftBehind.has(toReleaseId) && mayBeOffered(toReleaseId))
      return toReleaseId;
    if (entry.cause === "rollback" && entry.fromReleaseId !== undefined) leftBehind.add(entry.fromReleaseId);
  }
  return undefined;
}

/** What a rollback cannot reach or undo, counted over its hosts. */
export type RollbackLimits = {
  readonly disconnected: number;
  readonly pinned: number;
  /** Hosts without a kept slot, which fetch the old version again, and the bytes they fetch together. */
  readonly withoutSlot: number;
  readonly downloadBytes: number;
  readonly withoutArtifact: number;
};

const hosts = (count: number, one: string, many: string): string => (count === 1 ? `1 host ${one}` : `${count} hosts ${many}`);

/** What people have to know before they roll back, one sentence each. */
export function rollbackCaveats(limits: RollbackLimits): readonly string[] {
  const sentences = ["Data that the newer version changed or migrated stays as it left it."];
  if (limits.disconnected > 0) sentences.push(`${hosts(limits.disconnected, "is", "are")} not connected and will go back on coming back.`);
  if (limits.withoutSlot > 0)
    sentences.push(
      `${hosts(limits.withoutSlot, "keeps", "keep")} no copy of the older version and will download ${formatBytes(limits.downloadBytes)}.`,
    );
  if (limits.pinned > 0) sentences.push(`${hosts(limits.pinned, "is pinned and stays as it is", "are pinned and stay as they are")}.`);
  if (limits.withoutArtifact > 0)
    sentences.push(
      `${hosts(limits.withoutArtifact, "has", "have")} no artifact of the older version for the platform and will stay on the newer one.`,
    );
  return sentences;
}
