import type { HostId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Cancel, Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { EngineClock } from "./engine-clock.ts";
import { expireGrants } from "./grants.ts";
import type { HostLink } from "./host-link.ts";
import { JUDGE_TIMER, type Judge } from "./judge.ts";
import { readLiveGrants } from "./live-grants.ts";
import { LEASE_TIMER } from "./offers.ts";
import { idOf, type Db } from "./rows.ts";
import { needsSettling, type Settlement } from "./settlement.ts";
import type { WaitList } from "./wait-list.ts";

/** Reports gather this long before their consequences are drawn: a burst is a few judgements, a single one feels immediate. */
const GATHER_MS = 20;

/** A rollout with n open members is judged again after n of these at the earliest, so that judging never eats the machine. */
const SPACING_PER_MEMBER_MS = 0.1;

/** After a write that failed (a full disk, say) the same is tried again this much later. */
const RETRY_MS = 2_000;

/** More hosts than these are told of in one event. */
const TOLD_APART = 20;

/** Hosts settled in one transaction, so that pause and rollback need not wait for long. */
const SETTLE_AT_ONCE = 200;

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timers: Timers;
  readonly engineClock: EngineClock;
  readonly judge: Judge;
  readonly settlement: Settlement;
  readonly waitList: WaitList;
  readonly link: () => HostLink;
};

/**
 * Moves rollouts: hears which hosts reported or changed, and which timers came due, and has grants settled and rollouts
 * judged. It holds no state that matters; after a kill the rows and `start` bring everything back.
 */
export class RolloutEngine {
  readonly #deps: Deps;
  #observed = new Set<HostId>();
  #news = new Set<HostId>();
  #changed = new Set<HostId>();
  #judgeAt = new Map<RolloutId, number>();
  #notBefore = new Map<RolloutId, number>();
  #cancel: Cancel = () => undefined;
  #scheduledAt = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.timers.on(JUDGE_TIMER, (rolloutId) => this.#judgeOne(idOf(rolloutId)));
    deps.timers.on(LEASE_TIMER, (subscriptionId) => this.#expireLeases(idOf(subscriptionId)));
  }

  /** Takes every active rollout up again. Before the first host connects. */
  async start(): Promise<void> {
    this.#deps.engineClock.start();
    const rows = await this.#deps.store.read
      .selectFrom("rollouts")
      .select("id")
      .where("state", "in", ["running", "paused", "tripped"])
      .execute();
    for (const row of rows) await this.#judgeOne(idOf(row.id));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#deps.engineClock.stop();
    this.#deps.waitList.stop();
    await this.#flushing;
  }

  /** A host's report is committed. */
  observed(hostId: HostId): void {
    this.#observed.add(hostId);
    this.#schedule(GATHER_MS);
  }

  /** A host said something that people who watch it want to see; they are told with what follows from it. */
  hasNews(hostId: HostId): void {
    this.#news.add(hostId);
  }

  /** A host's place, state or identity changed: grants it should not have any more are taken back. */
  changed(hostIds: readonly HostId[]): void {
    for (const hostId of hostIds) this.#changed.add(hostId);
    if (hostIds.length > 0) this.#schedule(GATHER_MS);
  }

  /** Somebody did something to a rollout whose rows follow at leisure. */
  judgeSoon(rolloutId: RolloutId): void {
    this.#judgeAt.set(rolloutId, this.#deps.clock.now());
    this.#schedule(GATHER_MS);
  }

  /** Answers when nothing is gathered or under way that needs no further time. */
  async idle(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  #schedule(delayMs: number): void {
    const at = this.#deps.clock.now() + delayMs;
    if (this.#stopped || this.#flushing !== undefined || at >= this.#scheduledAt) return;
    this.#cancel();
    this.#scheduledAt = at;
    this.#cancel = this.#deps.clock.after(delayMs, () => {
      this.#scheduledAt = Number.POSITIVE_INFINITY;
      this.#flushing = this.#flush().then((retryMs) => {
        this.#flushing = undefined;
        this.#scheduleRest(retryMs);
      });
    });
  }

  #scheduleRest(delayMs: number): void {
    if (this.#observed.size + this.#changed.size > 0) return this.#schedule(delayMs);
    const next = Math.min(...this.#judgeAt.values());
    if (next !== Number.POSITIVE_INFINITY) this.#schedule(Math.max(delayMs, next - this.#deps.clock.now()));
  }

  /** Answers after how long what is left may be tried. */
  async #flush(): Promise<number> {
    const changed = this.#changed;
    const hosts = [...new Set([...this.#observed, ...changed])];
    this.#observed = new Set();
    this.#changed = new Set();
    try {
      for (let from = 0; from < hosts.length; from += SETTLE_AT_ONCE) await this.#settle(hosts.slice(from, from + SETTLE_AT_ONCE), changed);
      if (changed.size > 0) this.#deps.link().notify([...changed]);
      await this.#judgeDue();
      await this.#tell();
      return GATHER_MS;
    } catch (failure) {
      this.#deps.logger.error({ err: failure }, "reports were not judged; they are judged again");
      for (const hostId of hosts) this.#observed.add(hostId);
      for (const hostId of changed) this.#changed.add(hostId);
      return RETRY_MS;
    }
  }

  async #settle(hosts: readonly HostId[], changed: ReadonlySet<HostId>): Promise<void> {
    const { store, clock, settlement, waitList } = this.#deps;
    const now = clock.now();
    const moved = (await readLiveGrants(store.read, hosts, now)).filter((grant) => needsSettling(grant) || changed.has(grant.hostId));
    if (moved.length > 0) {
      const { freed } = await store.write((unit) => settlement.settle(unit, [...new Set(moved.map((grant) => grant.hostId))], changed));
      for (const subscriptionId of freed) waitList.slotFreed(subscriptionId);
    }
    for (const rolloutId of await readRolloutsOf(store.read, hosts))
      this.#judgeAt.set(rolloutId, Math.max(now, this.#notBefore.get(rolloutId) ?? 0));
  }

  /** One event for each host, or one for all of a fleet's when there are many. */
  async #tell(): Promise<void> {
    if (this.#news.size === 0) return;
    const hostIds = [...this.#news];
    this.#news = new Set();
    const fleets = await readFleets(this.#deps.store.read, hostIds);
    await this.#deps.store.write((unit) => {
      for (const [fleetId, ofFleet] of fleets) {
        const told = ofFleet.length > TOLD_APART ? [{}] : ofFleet.map((hostId) => ({ hostId }));
        for (const ids of told) unit.emit({ topic: "host.reported", ids, fleetId });
      }
      return Promise.resolve();
    });
  }

  async #judgeDue(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const [rolloutId, at] of this.#judgeAt) if (at <= now) await this.#judgeOne(rolloutId);
  }

  async #judgeOne(rolloutId: RolloutId): Promise<void> {
    const { store, judge, clock } = this.#deps;
    // Before, not after: what asks for another judgement meanwhile must not be forgotten.
    this.#judgeAt.delete(rolloutId);
    const members = await store
      .write((unit) => judge.judge(unit, rolloutId))
      .catch((failure: unknown) => {
        this.#judgeAt.set(rolloutId, clock.now());
        throw failure;
      });
    if (members === 0) this.#notBefore.delete(rolloutId);
    else this.#notBefore.set(rolloutId, clock.now() + members * SPACING_PER_MEMBER_MS);
  }

  /** Leases end by themselves; whoever held one is judged, and whoever waited for its slot is asked. */
  async #expireLeases(subscriptionId: SubscriptionId): Promise<void> {
    const { store, timers, waitList, link } = this.#deps;
    const hosts = await store.write(async (unit) => {
      const ended = await expireGrants(unit, subscriptionId);
      const next = await unit.db
        .selectFrom("grants")
        .select((eb) => eb.fn.min("expiresAt").as("at"))
        .where("subscriptionId", "=", subscriptionId)
        .where("state", "=", "active")
        .executeTakeFirst();
      if (next !== undefined && next.at !== null) await timers.schedule(unit, LEASE_TIMER, subscriptionId, next.at);
      return ended;
    });
    for (const rolloutId of await readRolloutsOf(store.read, hosts)) await this.#judgeOne(rolloutId);
    link().notify(hosts);
    waitList.slotFreed(subscriptionId);
  }
}

/** Active rollouts in whose watched waves these hosts are. */
async function readRolloutsOf(db: Db, hostIds: readonly HostId[]): Promise<readonly RolloutId[]> {
  if (hostIds.length === 0) return [];
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("waves", "waves.id", "waveMembers.waveId")
    .innerJoin("rollouts", "rollouts.id", "waves.rolloutId")
    .select("rollouts.id")
    .distinct()
    .where("waveMembers.hostId", "in", hostIds)
    .where("waves.state", "in", ["open", "baking", "tripped"])
    .where("rollouts.state", "in", ["running", "paused", "tripped"])
    .execute();
  return rows.map((row) => idOf(row.id));
}

async function readFleets(db: Db, hostIds: readonly HostId[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const fleets = new Map<string, string[]>();
  for (let from = 0; from < hostIds.length; from += 1_000) {
    const rows = await db
      .selectFrom("hosts")
      .select(["id", "fleetId"])
      .where("id", "in", hostIds.slice(from, from + 1_000))
      .execute();
    for (const row of rows) fleets.set(row.fleetId, [...(fleets.get(row.fleetId) ?? []), row.id]);
  }
  return fleets;
}
