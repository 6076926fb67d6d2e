import type { FleetRow } from "#shared/contract/fleets.ts";
import { fleetId, groupId } from "#shared/lib/ids.ts";

type Group = FleetRow["groups"][number];

const FLEET = fleetId.parse("0195a000-0000-4000-8000-000000000000");

/** A group without hosts. Its id follows from its position. */
export function anEmptyGroup(name: string, position: number, subscriptions: Group["subscriptions"] = []): Group {
  const id = groupId.parse(`0195a000-0000-4000-8000-00000000000${position + 1}`);
  return { id, fleetId: FLEET, name, position, revision: 0, hosts: 0, connected: 0, subscriptions };
}

/** A fleet "production" of these groups, without hosts. */
export function anEmptyFleet(groups: readonly Group[]): FleetRow {
  return { id: FLEET, name: "production", description: "", createdAt: 0, revision: 0, hosts: 0, connected: 0, groups: [...groups] };
}
