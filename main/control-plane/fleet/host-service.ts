import type { HostEvent, HostRow } from "#shared/contract/fleets.ts";
import { labels } from "#shared/domain/host/host.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { hostId as hostIdSchema } from "#shared/lib/ids.ts";
import { readJson } from "../db/read-json.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { expectRevision } from "./expect-revision.ts";
import type { RolloutSeam } from "./fleet-ports.ts";
import { GroupRepository } from "./group-repository.ts";
import { HostRepository, type HostRecord } from "./host-repository.ts";
import { readTimeline, type TimelinePage } from "./host-timeline.ts";
import type { HostView } from "./host-view.ts";
import { recordHostChange, type HostChangeRecord } from "./record-host-change.ts";

type Deps = {
  readonly store: Store;
  readonly view: HostView;
  readonly rollouts: Pick<RolloutSeam, "hostsChanged">;
};

/** What counts the revision of a host up. */
const CHANGES = ["host.approved", "host.moved", "host.pinned", "host.unpinned", "host.labelled", "host.revoked"] as const;

type Labels = Readonly<Record<string, string>>;

/** What operators do to hosts. Every action is a line of the audit and of the host's timeline. */
export class HostService {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What happened to the host, newest first. @throws AppError NOT_FOUND. */
  async timeline(who: Principal, hostId: string, page: TimelinePage): Promise<HostEvent[]> {
    const db = this.#deps.store.read;
    await new HostRepository(db, who.fleets).require(hostId);
    return readTimeline(db, hostId, page);
  }

  /** Lets a pending host in. Approving an active one changes nothing. @throws AppError NOT_FOUND, HOST_REVOKED. */
  approve(who: Principal, hostId: string): Promise<HostRow> {
    return this.#change(who, hostId, async (host, hosts) => {
      if (host.state === "active") return undefined;
      await hosts.update(hostId, { state: "active" });
      return {
        action: "host.approved",
        message: `Approved by ${who.name}.`,
        details: { before: { state: "pending" }, after: { state: "active" } },
      };
    });
  }

  /**
   * Moves the host to another group of its fleet; the group's targets under the group's policies are its own from now on.
   *
   * @throws AppError NOT_FOUND, HOST_REVOKED, POLICY_REFUSED for a group of another fleet.
   */
  move(who: Principal, order: { readonly hostId: string; readonly groupId: string; readonly reason: string }): Promise<HostRow> {
    return this.#change(who, order.hostId, async (host, hosts, unit) => {
      const groups = new GroupRepository(unit.db, who.fleets);
      const to = await groups.require(order.groupId);
      if (to.id === host.groupId) return undefined;
      if (to.fleetId !== host.fleetId) {
        const message = "A host moves between groups of its own fleet only; it was not moved.";
        throw new AppError("POLICY_REFUSED", `${message} Enrol it with a token of the other fleet instead.`);
      }
      const from = await groups.require(host.groupId);
      await hosts.update(host.id, { groupId: to.id });
      const message = `Moved from ${from.name} to ${to.name} by ${who.name}.`;
      return { action: "host.moved", message, reason: order.reason, details: { before: { group: from.name }, after: { group: to.name } } };
    });
  }

  /**
   * Keeps the host on this release of its application; waves leave it out.
   *
   * @throws AppError NOT_FOUND, HOST_REVOKED, CONFLICT_STATE for a release that is not published.
   */
  pin(who: Principal, order: { readonly hostId: string; readonly releaseId: string; readonly reason: string }): Promise<HostRow> {
    return this.#change(who, order.hostId, async (host, hosts, unit) => {
      if (host.pinnedReleaseId === order.releaseId) return undefined;
      const release = await findRelease(unit, order.releaseId);
      if (release === undefined) throw new AppError("NOT_FOUND", "There is no such release; the host was not pinned.");
      if (release.state !== "published") {
        throw new AppError("CONFLICT_STATE", `${release.version} is not published (${release.state}); the host was not pinned.`);
      }
      const before = host.pinnedReleaseId === null ? undefined : (await findRelease(unit, host.pinnedReleaseId))?.version;
      await hosts.update(host.id, { pinnedReleaseId: release.id });
      const message = `Pinned to ${release.name} ${release.version} by ${who.name}.`;
      const details = { application: release.name, before: { version: before }, after: { version: release.version } };
      return { action: "host.pinned", message, reason: order.reason, releaseId: release.id, details };
    });
  }

  /** Lets the host follow its group again. Without a pin nothing changes. @throws AppError NOT_FOUND, HOST_REVOKED. */
  unpin(who: Principal, order: { readonly hostId: string; readonly reason: string }): Promise<HostRow> {
    return this.#change(who, order.hostId, async (host, hosts, unit) => {
      if (host.pinnedReleaseId === null) return undefined;
      const release = await findRelease(unit, host.pinnedReleaseId);
      await hosts.update(host.id, { pinnedReleaseId: null });
      const details = { application: release?.name, before: { version: release?.version } };
      return { action: "host.unpinned", message: `Unpinned by ${who.name}.`, reason: order.reason, details };
    });
  }

  /** @throws AppError NOT_FOUND, HOST_REVOKED, CONFLICT_STALE. */
  setLabels(who: Principal, order: { readonly hostId: string; readonly revision: number; readonly labels: Labels }): Promise<HostRow> {
    return this.#change(who, order.hostId, async (host, hosts, unit) => {
      const check = { subject: `host:${host.id}`, actions: CHANGES, what: `The host "${host.name}"` };
      await expectRevision(unit, { ...check, seen: order.revision, present: host.revision });
      const after = Object.fromEntries(Object.entries(order.labels).sort(([left], [right]) => (left < right ? -1 : 1)));
      await hosts.update(host.id, { labels: JSON.stringify(after) });
      const details = { before: labels.parse(readJson(host.labels)), after };
      return { action: "host.labelled", message: `Labels set by ${who.name}.`, details };
    });
  }

  /**
   * Ends the host's access for good: its link is closed by whoever hears `host.revoked`, its grants and open commands end, its key is not taken again.
   * What runs there goes on running. Revoking twice changes nothing. @throws AppError NOT_FOUND.
   */
  revoke(who: Principal, order: { readonly hostId: string; readonly reason: string }): Promise<HostRow> {
    const { store, view } = this.#deps;
    return store.write(async (unit) => {
      const hosts = new HostRepository(unit.db, who.fleets);
      const host = await hosts.require(order.hostId);
      if (host.state !== "revoked") {
        await hosts.update(host.id, { state: "revoked", connection: "disconnected" });
        await hosts.endAccess(host.id, unit.now);
        const details = { before: { state: host.state }, after: { state: "revoked" } };
        await this.#record(unit, who, host, {
          action: "host.revoked",
          message: `Revoked by ${who.name}.`,
          reason: order.reason,
          details,
        });
      }
      return view.row(unit.db, who, host.id);
    });
  }

  /** One change of a host that is not revoked. `work` answers what to record, or undefined when nothing had to change. */
  #change(
    who: Principal,
    hostId: string,
    work: (host: HostRecord, hosts: HostRepository, unit: WriteUnit) => Promise<HostChangeRecord | undefined>,
  ): Promise<HostRow> {
    return this.#deps.store.write(async (unit) => {
      const hosts = new HostRepository(unit.db, who.fleets);
      const host = await hosts.require(hostId);
      if (host.state === "revoked") throw new AppError("HOST_REVOKED", `The host "${host.name}" is revoked; nothing was changed.`);
      const change = await work(host, hosts, unit);
      if (change !== undefined) await this.#record(unit, who, host, change);
      return this.#deps.view.row(unit.db, who, hostId);
    });
  }

  async #record(unit: WriteUnit, who: Principal, host: HostRecord, change: HostChangeRecord): Promise<void> {
    await recordHostChange(unit, who, host, change);
    unit.emit({ topic: change.action, ids: { hostId: host.id, fleetId: host.fleetId }, fleetId: host.fleetId });
    unit.afterCommit(() => this.#deps.rollouts.hostsChanged([hostIdSchema.parse(host.id)]));
  }
}

function findRelease(unit: WriteUnit, id: string) {
  return unit.db
    .selectFrom("releases")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select(["releases.id", "releases.version", "releases.state", "applications.name"])
    .where("releases.id", "=", id)
    .executeTakeFirst();
}
