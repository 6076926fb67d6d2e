import { z } from "zod";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { DurableDocument } from "../state/durable-document.ts";

/**
 * What is known of a slot since it was last read whole. `stamp` names the state of its files on the disk (inode, size,
 * permissions, and the time of change, which only the kernel sets): while it holds, nobody has written to them.
 */
export const slotSeal = z.object({
  schema: z.literal(1),
  /** Absent between the making of a slot and its first stamp. */
  stamp: z.string().max(500).optional(),
  /** Of an unpacked slot: its tree digest, and the bytes of all its files. */
  tree: z.object({ sha256: sha256Hex, totalBytes: z.int().min(0) }).optional(),
});
export type SlotSeal = z.infer<typeof slotSeal>;

/** The seal beside a slot. A damaged one is worth nothing and costs one reading of the slot. */
export function slotSealDocument(path: string): DurableDocument<SlotSeal> {
  return new DurableDocument(path, slotSeal);
}

/** Reads a seal; undefined when there is none that can be believed. */
export async function readSeal(document: DurableDocument<SlotSeal>): Promise<SlotSeal | undefined> {
  return document.read().then(
    ({ value }) => value,
    () => undefined,
  );
}

/**
 * Remembers how a slot looked when it was read whole. That this cannot be written (a full disk, say) is no fault of the
 * slot, and only means that it is read again next time.
 */
export async function keepSeal(document: DurableDocument<SlotSeal>, seal: SlotSeal): Promise<void> {
  await document.write(seal).catch(() => undefined);
}
