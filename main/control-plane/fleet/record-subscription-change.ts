import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import type { AuditDraft } from "../audit/chain.ts";
import type { WriteUnit } from "../db/store.ts";
import { readSubscriptionRow } from "./subscription-view.ts";

/** What somebody did to a subscription; `action` names the audit entry and the live event. */
export type SubscriptionChangeRecord = {
  readonly action: `subscription.${string}`;
  readonly reason?: string;
  readonly details: NonNullable<AuditDraft["details"]>;
};

/** Writes one deed to the audit and the live feed, with the names of group and application. The subscription must exist. */
export async function recordSubscriptionChange(
  unit: WriteUnit,
  who: Principal,
  subscriptionId: string,
  { action, reason, details }: SubscriptionChangeRecord,
): Promise<SubscriptionRow> {
  const row = await readSubscriptionRow(unit.db, who.fleets, subscriptionId);
  const { fleetId, groupId, applicationId } = row;
  const names = { application: row.applicationName, group: row.groupName };
  unit.audit({ actor: who.name, action, subject: `subscription:${subscriptionId}`, fleetId, reason, details: { ...names, ...details } });
  unit.emit({ topic: action, ids: { subscriptionId, groupId, applicationId, fleetId }, fleetId });
  return row;
}
