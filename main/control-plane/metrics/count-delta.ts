import type { DeltaReason } from "./counters.ts";
import type { Tally } from "./tally.ts";

/** Counts what became of one delta. `sizeBytes` is its own size, where one was made. */
export function countDelta(tally: Tally, end: { readonly state: string; readonly sizeBytes?: number | null }, reason: DeltaReason): void {
  const result = end.state === "made" ? "made" : end.state === "dropped" ? "dropped" : "not-made";
  tally.add("rollcall_deltas_total", { result, reason });
  if (result === "made") tally.add("rollcall_delta_bytes_total", {}, end.sizeBytes ?? 0);
}
