import type { ReportedListening } from "./reported.ts";

/**
 * What people are told about the sockets that a host holds for an application, in one sentence; undefined for one that
 * listens by itself. Console and `rollcall-agent status` say the same.
 */
export function listeningNote(listening: ReportedListening | undefined): string | undefined {
  if (listening === undefined) return undefined;
  const sockets = listening.sockets.map(({ name, address }) => `${name} ${address}`).join(", ");
  if (listening.swap === "overlap") return `holds sockets ${sockets}; versions change without a gap`;
  return `listens on ${sockets}; the next change of versions has a gap: ${listening.reason ?? "the old one stops before the new one starts."}`;
}
