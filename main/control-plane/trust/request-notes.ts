import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { Root } from "@tufjs/models";
import type { Details, WriteUnit } from "../db/store.ts";
import type { RequestRecord } from "./request-record.ts";

/** Who asks for a change, within which fleets. */
export type Asker = { readonly name: string; readonly fleets: FleetScope };

/** Rollcall itself: renewals, and what a restart completes. */
export const SYSTEM: Asker = { name: "system", fleets: "all" };

/** Writes one step of a request to the audit, and tells whoever looks at trust. */
export function noteRequest(
  unit: WriteUnit,
  asker: Asker,
  action: "requested" | "signed" | "completed" | "cancelled" | "redrafted",
  { id, title, draft, fingerprint }: RequestRecord,
  details: Details = {},
): void {
  const facts = { title, draft, fingerprint, ...details };
  unit.audit({ actor: asker.name, action: `trust.${action}`, subject: `signing-request:${id}`, details: facts });
  unit.emit({ topic: "trust.changed", ids: { signingRequestId: id } });
}

/** Key ids of everybody who has signed some document of the request, for the audit. */
export function signersOf({ documents }: RequestRecord): readonly string[] {
  return [...new Set(documents.flatMap(({ signatures }) => signatures.map(({ keyId }) => keyId)))];
}

/** Writes to the audit with which keys the control plane signs from now on. */
export function noteExchange(unit: WriteUnit, asker: Asker, root: Root): void {
  const keyOf = (role: string): string => root.roles[role]?.keyIDs[0] ?? "";
  const details = { root: root.version, snapshot: keyOf("snapshot"), timestamp: keyOf("timestamp") };
  unit.audit({ actor: asker.name, action: "trust.online-keys-replaced", subject: "control-plane:keys", details });
}
