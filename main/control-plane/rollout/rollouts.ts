import type { RolloutDetail, RolloutRow } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { GroupId, HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { EngineClock } from "./engine-clock.ts";
import { RolloutEngine } from "./engine.ts";
import { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import type { HostSeam } from "./host-seam.ts";
import { Judge } from "./judge.ts";
import { writeObservation } from "./observation-writer.ts";
import { explainHost, Offers, type Explanation } from "./offers.ts";
import { OfferStops } from "./offer-stops.ts";
import { RolloutControl } from "./rollout-control.ts";
import { readRolloutDetail } from "./rollout-detail.ts";
import { readConnectedHostsOfGroup } from "./rollout-hosts.ts";
import { readRolloutRows, type RolloutFilter } from "./rollout-rows.ts";
import { RolloutStarter } from "./rollout-starter.ts";
import { Settlement } from "./settlement.ts";
import { WaitList } from "./wait-list.ts";

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly timers: Timers;
  /** How long a host may say nothing and still counts as reporting, in milliseconds. A setting. */
  readonly freshMs: () => number;
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
  readonly stops: OfferStops;
  readonly seam: HostSeam;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #engineClock: EngineClock;
  readonly #engine: RolloutEngine;
  #link: HostLink = NOBODY;

  constructor(deps: Deps) {
    const { store, clock, ids, logger, timers } = deps;
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    const link = (): HostLink => this.#link;
    const engineClock = new EngineClock(clock, deps.freshMs);
    const halts = new Halts({ store, logger, link });
    const judge = new Judge({ timers, engineClock, halts, link });
    const waitList = new WaitList(clock, (hostIds) => this.#link.notify(hostIds));
    const offers = new Offers({ store, clock, ids, timers, waitList });
    const settlement = new Settlement({ halts, link });
    this.#engineClock = engineClock;
    this.#engine = new RolloutEngine({ store, clock, logger, timers, engineClock, judge, settlement, waitList, link });
    this.starter = new RolloutStarter({ store, clock, ids, judge, halts, link });
    this.control = new RolloutControl({ store, judge, halts, link });
    this.stops = new OfferStops({ store, judge, halts, link });
    this.seam = {
      desiredFor: (hostId) => offers.desiredFor(hostId),
      record: writeObservation,
      observed: (hostId) => this.#engine.observed(hostId),
      hostChanged: (hostId) => this.#engine.changed([hostId]),
      wasRevoked: (grantId) => halts.wasRevoked(grantId),
      attach: (attached) => {
        this.#link = attached;
      },
    };
  }

  /** Resumes what was under way. Before the timers start and before the first host connects. */
  start(): Promise<void> {
    return this.#engine.start();
  }

  /** Ends what is under way; rows keep the rest. */
  stop(): Promise<void> {
    return this.#engine.stop();
  }

  /** Answers when everything that was reported has been judged. */
  idle(): Promise<void> {
    return this.#engine.idle();
  }

  /** Rollouts as lists show them, newest first. */
  list(scope: FleetScope, filter: RolloutFilter): Promise<RolloutRow[]> {
    return readRolloutRows(this.#store.read, scope, filter);
  }

  /** One rollout with everything about it. @throws AppError NOT_FOUND. */
  detail(scope: FleetScope, rolloutId: string): Promise<RolloutDetail> {
    return readRolloutDetail(this.#store.read, scope, rolloutId, this.#engineClock.at(this.#clock.now()));
  }

  /** What is decided for every application of a host, and why. Issues nothing. */
  explain(hostId: HostId): Promise<readonly Explanation[]> {
    return explainHost(this.#store.read, hostId, this.#clock.now());
  }

  /** These hosts were approved, moved, pinned or revoked: what they may run is decided anew. Never throws. */
  hostsChanged(hostIds: readonly HostId[]): void {
    this.#engine.changed(hostIds);
  }

  /** The group's subscriptions or their policies changed; all of its hosts are concerned. Never throws. */
  groupChanged(groupId: GroupId): void {
    readConnectedHostsOfGroup(this.#store.read, groupId)
      .then((hostIds) => this.#engine.changed(hostIds))
      .catch((failure: unknown) => this.#logger.error({ err: failure, groupId }, "the hosts of a group were not told of its change"));
  }
}
