import { useMemo } from "react";
import { addSample, type TransferSample } from "#shared/lib/transfer-rate.ts";

/** Something whose bytes move. */
type Moving = { readonly id: string; readonly doneBytes: number };

/** Samples of the bytes of what moves, by its id, since somebody looks. */
export function useSamples(moving: readonly Moving[], at: number): (id: string) => readonly TransferSample[] {
  const samples = useMemo(() => createSamples(), []);
  for (const { id, doneBytes } of moving) samples.add(id, { at, bytes: doneBytes });
  return samples.of;
}

/** Adding the same moment twice, as React may, changes nothing. */
function createSamples() {
  const kept = new Map<string, readonly TransferSample[]>();
  return {
    add: (id: string, sample: TransferSample): void => void kept.set(id, addSample(kept.get(id) ?? [], sample)),
    of: (id: string): readonly TransferSample[] => kept.get(id) ?? [],
  };
}
