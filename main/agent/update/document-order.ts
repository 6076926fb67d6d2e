import type { DocumentPair } from "#shared/protocol/agent-frames.ts";

/**
 * Whether `next` must be applied over `applied`. A later epoch wins whatever its revision is, since a restored control
 * plane counts revisions from an older point; within an epoch only a higher revision is newer.
 */
export function isNewerDocument(next: DocumentPair, applied: DocumentPair | undefined): boolean {
  if (applied === undefined) return true;
  return next.epoch !== applied.epoch ? next.epoch > applied.epoch : next.revision > applied.revision;
}

/** Whether both are the same document, so that a repeated one can be acknowledged again without being applied again. */
export function isSameDocument(next: DocumentPair, applied: DocumentPair | undefined): boolean {
  return applied !== undefined && next.epoch === applied.epoch && next.revision === applied.revision;
}

/** Epochs that one document may go ahead. A control plane starts one with each restore and import. */
const MAX_EPOCHS_AHEAD = 1000;

/**
 * Whether a control plane that has lived as people let them live can have come to this pair. Whoever steals one could
 * otherwise send the last pair that there is, after which the rightful one could never again send a newer one.
 */
export function isPlausibleDocument(next: DocumentPair, applied: DocumentPair | undefined): boolean {
  return next.epoch - (applied?.epoch ?? 0) <= MAX_EPOCHS_AHEAD;
}
