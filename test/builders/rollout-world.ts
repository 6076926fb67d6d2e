import { onTestFinished } from "vitest";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { Timers } from "#main/control-plane/jobs/timers.ts";
import { Rollouts } from "#main/control-plane/rollout/rollouts.ts";
import type { RunningRelease } from "#shared/domain/host/reported.ts";
import { DEFAULT_POLICY, type Policy } from "#shared/domain/rollout/policy.ts";
import { gate, type Gate, type WavePlan, type WaveSelector } from "#shared/domain/rollout/rollout.ts";
import {
  fleetId,
  groupId,
  subscriptionId,
  type ApplicationId,
  type FleetId,
  type GroupId,
  type HostId,
  type ReleaseId,
  type RolloutId,
  type SubscriptionId,
} from "#shared/lib/ids.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";
import { quietLogger, type QuietLogger } from "#test/fakes/quiet-logger.ts";
import { SimulatedHosts, type Behaviour } from "#test/fakes/simulated-hosts.ts";
import { addApplication, addRelease } from "./catalogue-rows.ts";
import { addHosts } from "./host-rows.ts";
import { aPrincipal } from "./open-fleets.ts";
import { openTestStore } from "./open-test-store.ts";
import { tempFolder } from "./temp-folder.ts";

/** A host that says nothing for this long is silent, in these tests. */
export const FRESH_MS = 60_000;

/** How often simulated hosts tell their state. */
export const STATE_MS = 10_000;

/** One group with its subscription and hosts. */
export type WorldGroup = { readonly groupId: GroupId; readonly subscriptionId: SubscriptionId; readonly hostIds: HostId[] };

/** Groups in their order, with the number of hosts in each. */
export type WorldPlan = { readonly groups: readonly number[]; readonly policy?: Partial<Policy>; readonly platforms?: readonly string[] };

/** Who acts in these tests. */
export const ANA = aPrincipal();

/**
 * A fleet on a real database with the real rollout engine, simulated hosts and a clock that the test turns. Every host
 * runs 1.0.0, which is the target that completed first.
 */
export class RolloutWorld {
  readonly clock: FakeClock;
  readonly logger: QuietLogger = quietLogger();
  readonly behaviours = new Map<string, Behaviour>();
  readonly releases = new Map<string, RunningRelease>();
  readonly groups: WorldGroup[] = [];
  store: Store;
  rollouts: Rollouts;
  hosts: SimulatedHosts;
  applicationId: ApplicationId;
  fleetId: FleetId = fleetId.parse(systemIds.uuid());
  readonly #folder: string;
  #timers: Timers;

  private constructor(folder: string, clock: FakeClock, store: Store, applicationId: ApplicationId) {
    this.#folder = folder;
    this.clock = clock;
    this.store = store;
    this.applicationId = applicationId;
    this.#timers = new Timers(store, clock, systemIds, this.logger);
    this.rollouts = this.#makeRollouts();
    this.hosts = this.#makeHosts();
  }

  static async open(plan: WorldPlan): Promise<RolloutWorld> {
    const folder = await tempFolder();
    const clock = fakeClock();
    const store = await openTestStore(folder, clock);
    const world = new RolloutWorld(folder, clock, store, await addApplication(store));
    onTestFinished(() => world.close());
    await world.#fill(plan);
    await world.#start();
    return world;
  }

  #makeRollouts(): Rollouts {
    return new Rollouts({
      store: this.store,
      clock: this.clock,
      ids: systemIds,
      logger: this.logger,
      timers: this.#timers,
      freshMs: () => FRESH_MS,
      acceptedProducts: () => undefined,
    });
  }

  #makeHosts(): SimulatedHosts {
    return new SimulatedHosts(
      {
        seam: this.rollouts.seam,
        store: this.store,
        now: () => this.clock.now(),
        behaviourOf: (version) => this.behaviours.get(version) ?? "well",
      },
      this.applicationId,
    );
  }

  async #start(): Promise<void> {
    await this.rollouts.start();
    this.rollouts.seam.attach(this.hosts);
    this.#timers.start();
    await this.settle();
  }

  async #fill({ groups, policy, platforms }: WorldPlan): Promise<void> {
    const first = await this.addRelease("1.0.0");
    await this.store.write((unit) =>
      unit.db.insertInto("fleets").values({ id: this.fleetId, name: "lab", description: "", createdAt: 0, revision: 0 }).execute(),
    );
    for (const [position, size] of groups.entries()) {
      const group = await this.#addGroup(position, { ...DEFAULT_POLICY, ...policy }, first);
      for (let index = 0; index < size; index += 1) await this.addHost(group, platforms?.[index] ?? "linux/amd64");
      this.groups.push(group);
    }
  }

  async #addGroup(position: number, policy: Policy, target: ReleaseId): Promise<WorldGroup> {
    const group: WorldGroup = {
      groupId: groupId.parse(systemIds.uuid()),
      subscriptionId: subscriptionId.parse(systemIds.uuid()),
      hostIds: [],
    };
    const { applicationId } = this;
    await this.store.write(async ({ db }) => {
      await db
        .insertInto("groups")
        .values({ id: group.groupId, fleetId: this.fleetId, name: `group-${position}`, position, revision: 0 })
        .execute();
      await db
        .insertInto("subscriptions")
        .values({
          id: group.subscriptionId,
          groupId: group.groupId,
          applicationId,
          channelId: null,
          following: 0,
          targetReleaseId: target,
          previousTargetReleaseId: null,
          policy: JSON.stringify(policy),
          canaryHostId: null,
          revision: 0,
        })
        .execute();
      await db
        .insertInto("targetChanges")
        .values({
          subscriptionId: group.subscriptionId,
          at: 0,
          actor: "user:ana",
          reason: "",
          cause: "initial",
          fromReleaseId: null,
          toReleaseId: target,
          rolloutId: null,
          outcome: "completed",
        })
        .execute();
    });
    return group;
  }

  /** Adds a host to the group that runs 1.0.0, or nothing yet. */
  async addHost(group: WorldGroup, platform = "linux/amd64", version: string | undefined = "1.0.0"): Promise<HostId> {
    const number = [...this.groups, group].flatMap((one) => one.hostIds).length;
    const [added] = await addHosts(
      this.store,
      { id: group.groupId, fleetId: this.fleetId },
      [{ name: `host-${number}`, platform }],
      this.clock.now(),
    );
    if (added === undefined) throw new TypeError("a host that was just added has an id");
    group.hostIds.push(added);
    await this.hosts.add(added, version === undefined ? undefined : this.releases.get(version));
    return added;
  }

  /** Publishes a release for linux/amd64, or for other platforms. */
  async addRelease(version: string, behaviour: Behaviour = "well", platforms: readonly string[] = ["linux/amd64"]): Promise<ReleaseId> {
    const releaseId = await addRelease(this.store, this.applicationId, version);
    const digest = Buffer.from(`${version}`).toString("hex").padStart(64, "0");
    const artifacts = platforms.map((platform) => ({
      id: systemIds.uuid(),
      releaseId,
      platform,
      fileName: "web",
      sizeBytes: 1_000,
      sha256: digest,
      sha1: "0".repeat(40),
      sha512: "0".repeat(128),
      format: "elf",
    }));
    await this.store.write((unit) => unit.db.insertInto("artifacts").values(artifacts).execute());
    this.releases.set(version, { releaseId, version, digest });
    this.behaviours.set(version, behaviour);
    return releaseId;
  }

  /** A wave for each group, all hosts, unless said otherwise. */
  waves(
    change: Partial<Gate> = {},
    selectors: readonly (readonly [number, WaveSelector])[] = this.groups.map((_, index) => [index, { kind: "all" }]),
  ): WavePlan[] {
    return selectors.map(([index, selector]) => ({ groupId: this.group(index).groupId, selector, gate: { ...gate.parse({}), ...change } }));
  }

  group(index: number): WorldGroup {
    const group = this.groups[index];
    if (group === undefined) throw new TypeError(`no group ${index}`);
    return group;
  }

  get allHosts(): readonly HostId[] {
    return this.groups.flatMap((group) => group.hostIds);
  }

  /** Starts a rollout over all groups; does not wait for anything. */
  startRollout(releaseId: ReleaseId, waves: readonly WavePlan[] = this.waves(), supersede = false): Promise<RolloutId> {
    return this.rollouts.starter.start(ANA, { fleetId: this.fleetId, releaseIds: [releaseId], waves, reason: "", supersede });
  }

  /** Lets everything happen that needs no more time than gathering reports takes. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      const worked = await this.hosts.work();
      this.clock.advance(25);
      await this.#drain();
      quiet = worked ? 0 : quiet + 1;
    }
  }

  /** Turns the clock on, with hosts that report meanwhile and everything that comes due. */
  async pass(durationMs: number): Promise<void> {
    for (let left = durationMs; left > 0; left -= STATE_MS) {
      this.clock.advance(Math.min(left, STATE_MS));
      await this.#drain();
      await this.hosts.reportAll();
      await this.settle();
    }
  }

  /** Waits until every promise that is under way has come to rest. */
  async #drain(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      await this.rollouts.idle();
      await this.store.write(() => Promise.resolve());
    }
  }

  /**
   * Ends the process as a kill does, as far as the database can tell, and starts another after `stoppedMs`. Hosts go on
   * meanwhile and come back; what the engine had in its memory is gone.
   */
  async restart(stoppedMs: number): Promise<void> {
    const before = [...this.allHosts].map((hostId) => this.hosts.get(hostId));
    await this.#stop();
    this.clock.sleep(stoppedMs);
    this.store = await openTestStore(this.#folder, this.clock);
    this.#timers = new Timers(this.store, this.clock, systemIds, this.logger);
    this.rollouts = this.#makeRollouts();
    this.hosts = this.#makeHosts();
    this.hosts.adopt(before);
    await this.rollouts.start();
    this.rollouts.seam.attach(this.hosts);
    this.#timers.start();
  }

  async #stop(): Promise<void> {
    await this.#timers.stop();
    await this.rollouts.stop();
    await this.store.close();
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  /** The state of a rollout and of its waves, as one line: `running: passed open pending`. */
  async states(rolloutId: string): Promise<string> {
    const detail = await this.rollouts.detail("all", rolloutId);
    return `${detail.rollout.state}: ${detail.waves.map((wave) => wave.state).join(" ")}`;
  }

  /** The members of one wave as one line each: `host-0 succeeded`. */
  async members(rolloutId: string, wave: number): Promise<readonly string[]> {
    const detail = await this.rollouts.detail("all", rolloutId);
    return (detail.waves[wave]?.members ?? []).map(
      (member) => `${member.hostName} ${member.state}${member.reason === "" ? "" : `: ${member.reason}`}`,
    );
  }

  /** Actions of the audit, oldest first. */
  async audited(): Promise<readonly string[]> {
    const rows = await this.store.read.selectFrom("auditEntries").select("action").orderBy("sequence").execute();
    return rows.map((row) => row.action);
  }
}
