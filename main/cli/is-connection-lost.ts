import { asClientError } from "#main/client/contract-client.ts";

/** Whether the control plane was lost sight of, so that what was begun may well go on without us. */
export function isConnectionLost(thrown: unknown, url: string): boolean {
  const { code } = asClientError(thrown, url);
  return code === "REMOTE_UNREACHABLE" || code === "TRANSPORT_CLOSED";
}
