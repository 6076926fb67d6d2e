import { group, type Group } from "#shared/domain/fleet/fleet.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { expectRevision } from "./expect-revision.ts";
import { FleetRepository } from "./fleet-repository.ts";
import { GroupRepository, type GroupRecord, type GroupUse } from "./group-repository.ts";

/** As many as one call can put in order. */
const MOST_GROUPS = 50;

/** The ordered parts of fleets. */
export class GroupService {
  readonly #store: Store;
  readonly #ids: Ids;

  constructor(store: Store, ids: Ids) {
    this.#store = store;
    this.#ids = ids;
  }

  /** Adds a group behind the last one. @throws AppError NOT_FOUND, CONFLICT_EXISTS, POLICY_REFUSED beyond 50 groups. */
  add(who: Principal, fleetId: string, name: string): Promise<Group> {
    return this.#store.write(async (unit) => {
      await new FleetRepository(unit.db, who.fleets).require(fleetId);
      const groups = new GroupRepository(unit.db, who.fleets);
      const present = await groups.list(fleetId);
      refuseTakenName(present, name);
      if (present.length >= MOST_GROUPS) throw new AppError("POLICY_REFUSED", `A fleet has at most ${MOST_GROUPS} groups; none was added.`);
      const position = Math.max(-1, ...present.map((one) => one.position)) + 1;
      const row = { id: this.#ids.uuid(), fleetId, name, position, revision: 0 };
      await groups.insert([row]);
      record(unit, who, "group.added", row, { after: { name, position } });
      return group.parse(row);
    });
  }

  /**
   * Puts the fleet's groups in this order; rollouts go through them in it. Running rollouts keep the waves they have.
   *
   * @throws AppError CONFLICT_STALE when the list is not the fleet's groups, each once: somebody added or removed one.
   */
  order(who: Principal, fleetId: string, groupIds: readonly string[]): Promise<Group[]> {
    return this.#store.write(async (unit) => {
      await new FleetRepository(unit.db, who.fleets).require(fleetId);
      const groups = new GroupRepository(unit.db, who.fleets);
      const before = await groups.list(fleetId);
      const wanted = new Set(groupIds);
      if (wanted.size !== groupIds.length || wanted.size !== before.length || before.some((one) => !wanted.has(one.id))) {
        throw new AppError("CONFLICT_STALE", "These are not the fleet's present groups, each once; the order was not changed.");
      }
      for (const one of before) {
        const position = groupIds.indexOf(one.id);
        if (position !== one.position) await groups.update(one.id, { position });
      }
      const after = await groups.list(fleetId);
      const names = (list: readonly GroupRecord[]): string[] => list.map((one) => one.name);
      unit.audit({
        actor: who.name,
        action: "group.ordered",
        subject: `fleet:${fleetId}`,
        fleetId,
        details: { before: { order: names(before) }, after: { order: names(after) } },
      });
      unit.emit({ topic: "group.ordered", ids: { fleetId }, fleetId });
      return after.map((row) => group.parse(row));
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STALE, CONFLICT_EXISTS. */
  rename(who: Principal, groupId: string, revision: number, name: string): Promise<Group> {
    return this.#store.write(async (unit) => {
      const groups = new GroupRepository(unit.db, who.fleets);
      const before = await groups.require(groupId);
      const check = { subject: `group:${groupId}`, actions: ["group.renamed"], what: `The group "${before.name}"` };
      await expectRevision(unit, { ...check, seen: revision, present: before.revision });
      refuseTakenName(
        (await groups.list(before.fleetId)).filter((one) => one.id !== groupId),
        name,
      );
      await groups.update(groupId, { name });
      record(unit, who, "group.renamed", before, { before: { name: before.name }, after: { name } });
      return group.parse(await groups.require(groupId));
    });
  }

  /**
   * Removes a group that nothing needs, and its enrolment tokens with it.
   *
   * @throws AppError NOT_FOUND; CONFLICT_IN_USE while hosts or subscriptions are in it, after it took part in a rollout
   *   (whose record names it), or when it is the fleet's last.
   */
  remove(who: Principal, groupId: string): Promise<void> {
    return this.#store.write(async (unit) => {
      const groups = new GroupRepository(unit.db, who.fleets);
      const row = await groups.require(groupId);
      const uses = await groups.uses(groupId);
      const heir = (await groups.list(row.fleetId)).find((one) => one.id !== groupId);
      if (heir === undefined) throw new AppError("CONFLICT_IN_USE", "A fleet keeps at least one group; nothing was removed.");
      const reason = inUse(uses);
      if (reason !== undefined) {
        throw new AppError("CONFLICT_IN_USE", `The group "${row.name}" ${reason}; nothing was removed.`, { details: { ...uses } });
      }
      await groups.remove(groupId, heir.id);
      record(unit, who, "group.removed", row, { before: { name: row.name, position: row.position } });
    });
  }
}

function record(
  unit: WriteUnit,
  who: Principal,
  action: string,
  row: GroupRecord,
  details: Parameters<WriteUnit["audit"]>[0]["details"],
): void {
  const { id: groupId, fleetId, name } = row;
  unit.audit({ actor: who.name, action, subject: `group:${groupId}`, fleetId, details: { name, ...details } });
  unit.emit({ topic: action, ids: { groupId, fleetId }, fleetId });
}

function refuseTakenName(others: readonly GroupRecord[], name: string): void {
  if (others.every((one) => one.name !== name)) return;
  throw new AppError("CONFLICT_EXISTS", `The fleet has a group named "${name}" already; nothing was changed.`, {
    details: { field: "name" },
  });
}

function inUse({ hosts, subscriptions, waves }: GroupUse): string | undefined {
  if (hosts > 0) return `still has ${hosts === 1 ? "one host" : `${hosts} hosts`}: move or revoke them first`;
  if (subscriptions > 0)
    return `still has ${subscriptions === 1 ? "one subscription" : `${subscriptions} subscriptions`}: remove them first`;
  return waves > 0 ? "took part in rollouts, whose record names it: rename it instead" : undefined;
}
