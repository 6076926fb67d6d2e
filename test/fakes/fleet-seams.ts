import { systemIds } from "#main/adapters/system/system-ids.ts";
import type {
  CommandOrder,
  EnrolmentFacts,
  HostDecision,
  LinkSeam,
  OfferOrder,
  RolloutSeam,
} from "#main/control-plane/fleet/fleet-ports.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { commandId } from "#shared/lib/ids.ts";

/** What fleets asked of the rollout engine, in order, and what it answers. */
export type RecordedRollouts = RolloutSeam & {
  readonly changedHosts: string[];
  readonly changedGroups: string[];
  readonly orders: (OfferOrder & { readonly verb: "pause" | "resume" })[];
  decisions: readonly HostDecision[];
};

/** A rollout engine that decides nothing and remembers what it was asked. */
export function recordedRollouts(): RecordedRollouts {
  const seam: RecordedRollouts = {
    changedHosts: [],
    changedGroups: [],
    orders: [],
    decisions: [],
    explain: () => Promise.resolve(seam.decisions),
    hostsChanged: (ids) => void seam.changedHosts.push(...ids),
    groupChanged: (id) => void seam.changedGroups.push(id),
    pause: (order) => Promise.resolve(void seam.orders.push({ ...order, verb: "pause" })),
    resume: (order) => Promise.resolve(void seam.orders.push({ ...order, verb: "resume" })),
  };
  return seam;
}

/** A link without hosts: commands become rows and are delivered to nobody. */
export function commandRows(): LinkSeam & { readonly issued: CommandOrder[] } {
  const issued: CommandOrder[] = [];
  return {
    issued,
    followLog: () => Promise.reject(new AppError("TRANSPORT_CLOSED", "No host is connected.")),
    issueCommands: async (unit, orders) => {
      const rows = orders.map((order) => ({
        id: systemIds.uuid(),
        hostId: order.hostId,
        body: JSON.stringify(order.body),
        createdAt: unit.now,
        createdBy: order.actor,
        expiresAt: unit.now + order.ttlMs,
      }));
      await unit.db.insertInto("commands").values(rows).execute();
      issued.push(...orders);
      return rows.map((row) => commandId.parse(row.id));
    },
  };
}

/** What tokens and enrolments say of a control plane on loopback. */
export const LOOPBACK_FACTS: EnrolmentFacts = {
  urls: () => ["http://127.0.0.1:7878"],
  certificatePin: () => undefined,
  localAgent: () => undefined,
  pinnedRoot: () => ({ version: 1, sha256: "a".repeat(64) }),
  rootBytes: () => Promise.resolve(new TextEncoder().encode('{"root":1}')),
};
