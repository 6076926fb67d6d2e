import type { Principal } from "#shared/domain/access/permission.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { WriteUnit } from "../db/store.ts";
import type { HostRecord } from "./host-repository.ts";
import { addHostEvent } from "./host-timeline.ts";

/** What somebody did to a host: `action` is the audit's, `message` the line of the timeline. */
export type HostChangeRecord = {
  readonly action: `host.${string}` | "command.issued";
  readonly message: string;
  readonly reason?: string;
  readonly applicationId?: string;
  readonly releaseId?: string;
  readonly details: { readonly [key: string]: Json | undefined };
};

/** Writes one deed to the audit and to the host's timeline, within the unit that did it. */
export async function recordHostChange(unit: WriteUnit, who: Principal, host: HostRecord, change: HostChangeRecord): Promise<void> {
  const { id: hostId, fleetId, name } = host;
  const { action, message, reason, details, ...about } = change;
  unit.audit({ actor: who.name, action, subject: `host:${hostId}`, fleetId, reason, details: { name, ...details } });
  await addHostEvent(unit, hostId, {
    kind: action.slice(action.indexOf(".") + 1),
    message: reason === undefined || reason === "" ? message : `${message} Reason: ${reason}`,
    details,
    ...about,
  });
}
