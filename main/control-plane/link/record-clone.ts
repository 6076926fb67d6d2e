import type { HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";

/** Shows on the host's timeline and in the audit that two machines share its identity, or that they do not any more. */
export function recordClone(
  store: Store,
  { hostId, fleetId }: { readonly hostId: HostId; readonly fleetId: string },
  isCloned: boolean,
): Promise<void> {
  const message = isCloned
    ? "Two machines share this host's identity; neither is given anything until one of them is gone."
    : "Only one machine uses this host's identity again.";
  return store.write(async (unit) => {
    const kind = isCloned ? "cloned" : "clone-resolved";
    const details = isCloned ? { code: "HOST_CLONED" } : {};
    await unit.db
      .insertInto("hostEvents")
      .values({ hostId, at: unit.now, kind, applicationId: null, releaseId: null, message, details: JSON.stringify(details) })
      .execute();
    unit.audit({ actor: `host:${hostId}`, action: `host.${kind}`, subject: `host:${hostId}`, fleetId, reason: message, details });
  });
}
