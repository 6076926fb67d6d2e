import type { ReportedListening } from "./reported.ts";

/** What the next change of versions will be like for whoever is connected, in one sentence. */
export function swapNote({ swap, reason }: ReportedListening): string {
  return swap === "overlap"
    ? "Versions change without a gap."
    : `The next change of versions has a gap: ${reason ?? "the old one stops before the new one starts."}`;
}

/**
 * What the agent's own status says about the sockets that it holds for an application; undefined for one that listens by
 * itself. The console shows the sockets by themselves, with the same sentence.
 */
export function listeningNote(listening: ReportedListening | undefined): string | undefined {
  if (listening === undefined) return undefined;
  const sockets = listening.sockets.map(({ name, address }) => `${name} ${address}`).join(", ");
  return `${listening.swap === "overlap" ? "Holds sockets" : "Listens on"} ${sockets}. ${swapNote(listening)}`;
}
