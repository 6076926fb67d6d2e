import type { ReportedListening } from "#shared/domain/host/reported.ts";
import { placeKey, type WantedSocket } from "../sockets/held-place.ts";

type Holding = { readonly obstacle: string | undefined; isHeld(wanted: readonly WantedSocket[]): boolean };

/** Said when the process that held sockets is gone and what serves has them for itself. */
export const HOLDER_GONE = "The process that held its sockets has ended; they are held again after the next start.";

/** What an application listens on through this host, as a report tells it; undefined for one that listens by itself. */
export function describeListening(wanted: readonly WantedSocket[], holding: Holding): ReportedListening | undefined {
  if (wanted.length === 0) return undefined;
  const sockets = wanted.map(({ name, place }) => ({ name, address: placeKey(place) }));
  const reason = holding.obstacle ?? (holding.isHeld(wanted) ? undefined : HOLDER_GONE);
  return reason === undefined ? { sockets, swap: "overlap" } : { sockets, swap: "stop-start", reason: reason.slice(0, 300) };
}
