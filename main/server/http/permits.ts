import type { IncomingMessage } from "node:http";
import { isAllowed } from "#shared/domain/access/permission.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { AccessVerdict } from "./access-verdict.ts";
import type { Callers } from "./callers.ts";

/** Whether a host, or whoever may look at releases, may read something. Hosts are judged by `mayHost`. */
export async function permitReading(
  callers: Callers,
  request: IncomingMessage,
  mayHost: (host: HostId) => Promise<boolean>,
): Promise<AccessVerdict> {
  const host = await callers.hostOf(request);
  if (host !== undefined) return (await mayHost(host)) ? "allowed" : "denied";
  const principal = await callers.principalOf(request);
  if (principal === undefined) return "unauthenticated";
  return isAllowed(principal, "view") ? "allowed" : "denied";
}
