import type { WantedSocket } from "../sockets/held-place.ts";
import { HOLDER_GONE } from "./listening.ts";

type Holding = { readonly obstacle: string | undefined; isHeld(wanted: readonly WantedSocket[]): boolean };
type Before = { readonly process: object | undefined; readonly wanted: readonly WantedSocket[] };

/**
 * Why a version cannot start while the one before still serves; undefined when it can. Two versions run side by side only
 * when both say, by naming sockets, that they are made for it.
 */
export function overlapObstacle(before: Before | undefined, wanted: readonly WantedSocket[], holding: Holding): string | undefined {
  if (before?.process === undefined) return "Nothing runs that could serve meanwhile.";
  if (wanted.length === 0) return "The version names no sockets to hold.";
  if (before.wanted.length === 0) return "The version before listens by itself.";
  return holding.obstacle ?? (holding.isHeld(before.wanted) ? undefined : HOLDER_GONE);
}
