import type { FetchedRelease } from "../host/fetched.ts";

/** How a release came to a host: its bytes were there, by one delta, by several after one another, or as the whole file. */
export const FETCHED_KINDS = ["kept", "delta", "chain", "whole"] as const;
export type FetchedKind = (typeof FETCHED_KINDS)[number];

/** Of what a host tells with `staged`, how the release came. */
export function fetchedKind({ bytes, deltas }: Pick<FetchedRelease, "bytes" | "deltas">): FetchedKind {
  if (deltas > 1) return "chain";
  if (deltas === 1) return "delta";
  return bytes === 0 ? "kept" : "whole";
}
