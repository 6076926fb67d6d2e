import type { Ids } from "../ports/ids.ts";

/** A number in [0, 1) from the control plane's only source of randomness, for spreading retries. */
export function jitter(ids: Ids): number {
  return Number.parseInt(ids.uuid().slice(0, 8), 16) / 2 ** 32;
}
