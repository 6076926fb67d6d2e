import type { FleetRow } from "#shared/contract/fleets.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Store } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { expectRevision } from "./expect-revision.ts";
import { FleetRepository } from "./fleet-repository.ts";
import { readFleetRow, readFleetRows } from "./fleet-view.ts";
import { GroupRepository } from "./group-repository.ts";

type NewFleet = { readonly name: string; readonly description: string; readonly groups: readonly string[] };
type FleetChange = {
  readonly fleetId: string;
  readonly revision: number;
  readonly name: string;
  readonly description: string;
  readonly downloadBytesPerSecond?: number | null | undefined;
};

/** Fleets: making, naming, reading. A fleet is a hard boundary of access; every call sees the caller's fleets alone. */
export class FleetService {
  readonly #store: Store;
  readonly #ids: Ids;

  constructor(store: Store, ids: Ids) {
    this.#store = store;
    this.#ids = ids;
  }

  list(who: Principal): Promise<FleetRow[]> {
    return readFleetRows(this.#store.read, who.fleets);
  }

  get(who: Principal, fleetId: string): Promise<FleetRow> {
    return readFleetRow(this.#store.read, who.fleets, fleetId);
  }

  /**
   * Makes a fleet with its groups in the given order.
   *
   * @throws AppError CONFLICT_EXISTS, INPUT_INVALID when a group is named twice, ACCESS_DENIED for somebody who is
   *   limited to some fleets and would not see the new one.
   */
  create(who: Principal, draft: NewFleet): Promise<FleetRow> {
    if (who.fleets !== "all") {
      throw new AppError("ACCESS_DENIED", "Your access is limited to named fleets, so you cannot add one; nothing was made.");
    }
    if (new Set(draft.groups).size !== draft.groups.length) {
      throw new AppError("INPUT_INVALID", "Two groups have the same name; no fleet was made.", { details: { field: "groups" } });
    }
    return this.#store.write(async (unit) => {
      const fleets = new FleetRepository(unit.db, who.fleets);
      if (await fleets.isNameTaken(draft.name)) throw nameTaken(draft.name, "no fleet was made");
      const id = this.#ids.uuid();
      await fleets.insert({
        id,
        name: draft.name,
        description: draft.description,
        downloadBytesPerSecond: null,
        createdAt: unit.now,
        revision: 0,
      });
      await new GroupRepository(unit.db, who.fleets).insert(
        draft.groups.map((name, position) => ({ id: this.#ids.uuid(), fleetId: id, name, position, revision: 0 })),
      );
      unit.audit({
        actor: who.name,
        action: "fleet.created",
        subject: `fleet:${id}`,
        fleetId: id,
        details: { after: { name: draft.name, description: draft.description, groups: draft.groups } },
      });
      unit.emit({ topic: "fleet.created", ids: { fleetId: id }, fleetId: id });
      return readFleetRow(unit.db, who.fleets, id);
    });
  }

  /** Changes name, description and download rate. @throws AppError NOT_FOUND, CONFLICT_STALE, CONFLICT_EXISTS. */
  update(who: Principal, { fleetId, revision, ...change }: FleetChange): Promise<FleetRow> {
    return this.#store.write(async (unit) => {
      const fleets = new FleetRepository(unit.db, who.fleets);
      const fleet = await fleets.require(fleetId);
      const subject = `fleet:${fleetId}`;
      const what = `The fleet "${fleet.name}"`;
      await expectRevision(unit, { subject, actions: ["fleet.updated"], what, seen: revision, present: fleet.revision });
      if (await fleets.isNameTaken(change.name, fleetId)) throw nameTaken(change.name, "nothing was saved");
      const { downloadBytesPerSecond } = fleet;
      const after = {
        ...change,
        downloadBytesPerSecond: change.downloadBytesPerSecond === undefined ? downloadBytesPerSecond : change.downloadBytesPerSecond,
      };
      await fleets.update(fleetId, after);
      const before = { name: fleet.name, description: fleet.description, downloadBytesPerSecond };
      unit.audit({ actor: who.name, action: "fleet.updated", subject, fleetId, details: { before, after } });
      unit.emit({ topic: "fleet.updated", ids: { fleetId }, fleetId });
      return readFleetRow(unit.db, who.fleets, fleetId);
    });
  }
}

function nameTaken(name: string, outcome: string): AppError {
  return new AppError("CONFLICT_EXISTS", `There is a fleet named "${name}" already; ${outcome}.`, { details: { field: "name" } });
}
