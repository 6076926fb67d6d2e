import type { RolloutDetail, RolloutRow } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { GroupId, HostId, RolloutId } from "#shared/lib/ids.ts";
import type { Store, StoredEvent } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { EngineClock } from "./engine-clock.ts";
import { RolloutEngine } from "./engine.ts";
import { pruneGrants } from "./grant-pruning.ts";
import { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import type { HostSeam } from "./host-seam.ts";
import { Judge } from "./judge.ts";
import { writeObservation } from "./observation-writer.ts";
import { explainHost, type Explanation } from "./decisions.ts";
import { Offers } from "./offers.ts";
import { OfferStops, type OfferOrder } from "./offer-stops.ts";
import type { AcceptedProducts } from "./require-accepted.ts";
import { RolloutControl } from "./rollout-control.ts";
import { pruneRollouts } from "./rollout-pruning.ts";
import { readRolloutDetail } from "./rollout-detail.ts";
import { readConnectedHostsOfGroup, readConnectedHostsOfRelease } from "./rollout-hosts.ts";
import { readRolloutRows, type RolloutFilter } from "./rollout-rows.ts";
import { RolloutStarter } from "./rollout-starter.ts";
import { idOf } from "./rows.ts";
import { Settlement } from "./settlement.ts";
import { WaitList } from "./wait-list.ts";

/** The part of rollouts that fleets and subscriptions know; nothing here throws but `explain`, `pause` and `resume`. */
export type FleetSeam = {
  /** What is decided for every application of a host, and why. Issues nothing. */
  explain(hostId: HostId): Promise<readonly Explanation[]>;
  /** These hosts were approved, moved, pinned or revoked: what they may run is decided anew. */
  hostsChanged(hostIds: readonly HostId[]): void;
  /** The group's subscriptions or their policies changed; all of its hosts are concerned. */
  groupChanged(groupId: GroupId): void;
  /** See {@link OfferStops.pause}. */
  pause(order: OfferOrder): Promise<void>;
  /** See {@link OfferStops.resume}. */
  resume(order: OfferOrder): Promise<void>;
};

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly timers: Timers;
  /** How long a host may say nothing and still counts as reporting, in milliseconds. A setting. */
  readonly freshMs: () => number;
  /** What fleets have signed. */
  readonly acceptedProducts: AcceptedProducts;
};

/** Until the agent link is attached nobody is connected, so there is nobody to tell. */
const NOBODY: HostLink = {
  notify: () => undefined,
  sendGo: () => undefined,
  halt: (orders) => Promise.resolve(new Map(orders.map((order) => [order.hostId, { outcome: "absent" }]))),
};

/** Everything about rollouts, put together: what people call, what the agent link calls, and the engine between them. */
export class Rollouts {
  readonly starter: RolloutStarter;
  readonly control: RolloutControl;
  readonly #stops: OfferStops;
  /** What the agent link calls. */
  readonly seam: HostSeam;
  /** What fleets and subscriptions call. */
  readonly fleetSeam: FleetSeam;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #engineClock: EngineClock;
  readonly #engine: RolloutEngine;
  #link: HostLink = NOBODY;
  #unlisten: () => void = () => undefined;

  constructor(deps: Deps) {
    const { store, clock, ids, logger, timers } = deps;
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    const link = (): HostLink => this.#link;
    const engineClock = new EngineClock(clock, deps.freshMs);
    const halts = new Halts({ store, logger, link });
    const judgeSoon = (rolloutId: RolloutId): void => this.#engine.judgeSoon(rolloutId);
    const judge = new Judge({ timers, engineClock, halts, link, again: judgeSoon });
    const waitList = new WaitList(clock, (hostIds) => this.#link.notify(hostIds));
    const offers = new Offers({ store, clock, ids, timers, waitList });
    const settlement = new Settlement({ halts, link });
    this.#engineClock = engineClock;
    this.#engine = new RolloutEngine({ store, clock, logger, timers, engineClock, judge, settlement, waitList, link });
    this.starter = new RolloutStarter({ store, clock, ids, judge, halts, link, acceptedProducts: deps.acceptedProducts });
    this.control = new RolloutControl({ store, judge, halts, link, judgeSoon });
    this.#stops = new OfferStops({ store, judge, halts, link, judgeSoon });
    this.fleetSeam = {
      explain: (hostId) => explainHost(store.read, hostId, clock.now()),
      hostsChanged: (hostIds) => this.#engine.changed(hostIds),
      groupChanged: (groupId) => this.#groupChanged(groupId),
      pause: (order) => this.#stops.pause(order),
      resume: (order) => this.#stops.resume(order),
    };
    this.seam = {
      desiredFor: (hostId) => offers.desiredFor(hostId),
      record: (raw, hostId, observation, now) => {
        if (writeObservation(raw, hostId, observation, now)) this.#engine.hasNews(hostId);
      },
      observed: (hostId) => this.#engine.observed(hostId),
      hostChanged: (hostId) => this.#engine.changed([hostId]),
      wasRevoked: (grantId) => halts.wasRevoked(grantId),
      attach: (attached) => {
        this.#link = attached;
      },
    };
  }

  /** Resumes what was under way, and hears of releases that are stopped. Before the timers start and before the first host connects. */
  async start(): Promise<void> {
    this.#unlisten = this.#store.onCommitted((events) => this.#heard(events));
    await this.#engine.start();
  }

  /** Ends what is under way; rows keep the rest. */
  async stop(): Promise<void> {
    this.#unlisten();
    await this.#engine.stop();
  }

  /** Answers when everything that was reported has been judged. */
  idle(): Promise<void> {
    return this.#engine.idle();
  }

  /** Forgets grants that ended longer ago than `retentionMs`, and rollouts that did longer ago than `rolloutRetentionMs`. */
  async prune(retentionMs: number, rolloutRetentionMs: number): Promise<void> {
    await pruneGrants(this.#store, retentionMs);
    await pruneRollouts(this.#store, rolloutRetentionMs);
  }

  /** Rollouts as lists show them, newest first. */
  list(scope: FleetScope, filter: RolloutFilter): Promise<RolloutRow[]> {
    return readRolloutRows(this.#store.read, scope, filter);
  }

  /** One rollout with everything about it. @throws AppError NOT_FOUND. */
  detail(scope: FleetScope, rolloutId: string): Promise<RolloutDetail> {
    return readRolloutDetail(this.#store.read, scope, rolloutId, this.#engineClock.at(this.#clock.now()));
  }

  #groupChanged(groupId: GroupId): void {
    this.#soon(async () => this.#engine.changed(await readConnectedHostsOfGroup(this.#store.read, groupId)));
  }

  /** A release that is blocked or withdrawn is decided against at once; here its grants end and its rollouts trip. */
  #heard(events: readonly StoredEvent[]): void {
    for (const { event } of events) {
      const releaseId = event.ids["releaseId"];
      if (releaseId === undefined) continue;
      if (event.topic === "release.blocked" || event.topic === "release.withdrawn")
        this.#soon(() => this.#stops.releaseStopped(idOf(releaseId)));
      if (event.topic === "release.unblocked")
        this.#soon(async () => this.#engine.changed(await readConnectedHostsOfRelease(this.#store.read, releaseId)));
    }
  }

  #soon(work: () => Promise<void>): void {
    work().catch((failure: unknown) =>
      this.#logger.error({ err: failure }, "hosts were not told of a change; they learn of it when they ask"),
    );
  }
}
