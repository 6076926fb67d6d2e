import type { Store } from "#main/control-plane/db/store.ts";
import type { HaltAnswer, HaltOrder, HostLink } from "#main/control-plane/rollout/host-link.ts";
import type { HostSeam } from "#main/control-plane/rollout/host-seam.ts";
import type { HostPhase, ReportedApplication, RunningRelease } from "#shared/domain/host/reported.ts";
import type { ApplicationId, GrantId, HostId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";

/** How a version behaves on hosts: runs well, crashes on start and is reverted, or takes its host off the network. */
export type Behaviour = "well" | "crashes" | "silences";

/** One host of the simulation, as it would describe itself. */
export type SimulatedHost = {
  readonly hostId: HostId;
  current: RunningRelease | undefined;
  candidate: RunningRelease | undefined;
  phase: HostPhase;
  grantId: GrantId | undefined;
  healthy: boolean;
  isConnected: boolean;
  slots: RunningRelease[];
  quarantine: ReportedApplication["quarantine"];
  failure: ReportedApplication["failure"];
  readonly halted: Set<GrantId>;
  /** Every version that ever served there, in order. */
  readonly history: string[];
};

type Deps = {
  readonly seam: HostSeam;
  readonly store: Store;
  readonly now: () => number;
  readonly behaviourOf: (version: string) => Behaviour;
};

/**
 * Hosts that follow the agent's rules without a wire: they download under a grant, stage, switch on the go alone, report
 * what they run, revert and quarantine what crashes, and acknowledge halts. Every step is one `work`, so that tests can
 * stand between two of them.
 */
export class SimulatedHosts implements HostLink {
  readonly #deps: Deps;
  readonly #applicationId: ApplicationId;
  readonly #hosts = new Map<HostId, SimulatedHost>();
  readonly #notified = new Set<HostId>();
  readonly #goes: { readonly hostId: HostId; readonly grantId: GrantId }[] = [];
  /** Hosts that do not answer a halt. */
  readonly deaf = new Set<HostId>();
  /** Called before a host does anything; false makes it wait. */
  mayWork: (host: SimulatedHost) => boolean = () => true;

  constructor(deps: Deps, applicationId: ApplicationId) {
    this.#deps = deps;
    this.#applicationId = applicationId;
  }

  /** A host that runs this release, or nothing yet; it has said hello. */
  async add(hostId: HostId, current: RunningRelease | undefined): Promise<SimulatedHost> {
    const host: SimulatedHost = {
      hostId,
      current,
      candidate: undefined,
      phase: "idle",
      grantId: undefined,
      healthy: current !== undefined,
      isConnected: true,
      slots: current === undefined ? [] : [current],
      quarantine: [],
      failure: undefined,
      halted: new Set(),
      history: current === undefined ? [] : [current.version],
    };
    this.#hosts.set(hostId, host);
    await this.report(host);
    return host;
  }

  /** Takes hosts over as they are, after the control plane was started again; none of them is connected yet. */
  adopt(hosts: readonly SimulatedHost[]): void {
    for (const host of hosts) this.#hosts.set(host.hostId, Object.assign(host, { isConnected: false }));
  }

  get(hostId: HostId): SimulatedHost {
    const host = this.#hosts.get(hostId);
    if (host === undefined) throw new TypeError(`no simulated host ${hostId}`);
    return host;
  }

  /** Versions that serve now, by host. */
  versions(hostIds: readonly HostId[]): readonly (string | undefined)[] {
    return hostIds.map((hostId) => this.get(hostId).current?.version);
  }

  notify(hostIds: readonly HostId[]): void {
    for (const hostId of hostIds) if (this.#hosts.get(hostId)?.isConnected === true) this.#notified.add(hostId);
  }

  sendGo(hostId: HostId, grantId: GrantId): void {
    if (this.#hosts.get(hostId)?.isConnected === true) this.#goes.push({ hostId, grantId });
  }

  halt(orders: readonly HaltOrder[]): Promise<ReadonlyMap<HostId, HaltAnswer>> {
    return Promise.resolve(new Map(orders.map((order) => [order.hostId, this.#halt(order)])));
  }

  #halt({ hostId, grants }: HaltOrder): HaltAnswer {
    const host = this.#hosts.get(hostId);
    if (host === undefined || !host.isConnected) return { outcome: "absent" };
    if (this.deaf.has(hostId)) {
      host.isConnected = false;
      return { outcome: "cut" };
    }
    for (const grantId of grants) host.halted.add(grantId);
    const isSwitching = host.phase === "switching" && host.grantId !== undefined && grants.includes(host.grantId);
    if (!isSwitching && host.grantId !== undefined && grants.includes(host.grantId)) forgetCandidate(host);
    return { outcome: "acknowledged", switching: isSwitching && host.grantId !== undefined ? [host.grantId] : [] };
  }

  /** Cuts the host off; it goes on by itself and says nothing. */
  async disconnect(hostId: HostId): Promise<void> {
    this.get(hostId).isConnected = false;
    await this.#writeConnection(hostId, "disconnected");
  }

  /** Brings it back; it says hello and asks what it should run. */
  async connect(hostId: HostId): Promise<void> {
    const host = this.get(hostId);
    host.isConnected = true;
    await this.#writeConnection(hostId, "connected");
    await this.report(host);
    this.#notified.add(hostId);
  }

  async #writeConnection(hostId: HostId, connection: "connected" | "disconnected"): Promise<void> {
    await this.#deps.store.hot((raw) => void raw.prepare("UPDATE hosts SET connection = ? WHERE id = ?").run(connection, hostId));
    this.#deps.seam.hostChanged(hostId);
  }

  /** Every connected host tells its state, as it regularly does. */
  async reportAll(): Promise<void> {
    for (const host of this.#hosts.values()) await this.report(host);
  }

  /** Tells the host's state, if it can. */
  async report(host: SimulatedHost): Promise<void> {
    if (!host.isConnected) return;
    const observation = { kind: "hello" as const, applications: [this.describe(host)] };
    await this.#deps.store.hot((raw) => this.#deps.seam.record(raw, host.hostId, observation, this.#deps.now()));
    this.#deps.seam.observed(host.hostId);
  }

  describe(host: SimulatedHost): ReportedApplication {
    const { current, candidate, phase, grantId, healthy, failure, quarantine } = host;
    return {
      applicationId: this.#applicationId,
      phase,
      healthy,
      restarts: 0,
      slots: host.slots.map(({ releaseId, version, digest }) => ({ releaseId, version, digest })),
      quarantine,
      ...(current === undefined ? {} : { current }),
      ...(candidate === undefined ? {} : { candidate }),
      ...(grantId === undefined ? {} : { grantId }),
      ...(failure === undefined ? {} : { failure }),
    };
  }

  /** One step of every host that has something to do. False when none had. */
  async work(): Promise<boolean> {
    const finished = await this.#finishSwitches();
    const begun = await this.#beginSwitches();
    const asked = await this.#ask();
    return finished || begun || asked;
  }

  async #finishSwitches(): Promise<boolean> {
    const switching = [...this.#hosts.values()].filter((host) => host.phase === "switching" && this.mayWork(host));
    for (const host of switching) {
      finishSwitch(host, this.#deps.behaviourOf(host.candidate?.version ?? ""), this.#deps.now());
      await this.report(host);
    }
    return switching.length > 0;
  }

  async #beginSwitches(): Promise<boolean> {
    const goes = this.#goes.splice(0);
    for (const { hostId, grantId } of goes) {
      const host = this.get(hostId);
      if (host.phase !== "staged" || host.grantId !== grantId || host.halted.has(grantId)) continue;
      host.phase = "switching";
      await this.report(host);
    }
    return goes.length > 0;
  }

  async #ask(): Promise<boolean> {
    const asking = [...this.#notified].map((hostId) => this.get(hostId)).filter((host) => host.isConnected && this.mayWork(host));
    for (const host of asking) this.#notified.delete(host.hostId);
    const documents = await Promise.all(asking.map((host) => this.#deps.seam.desiredFor(host.hostId)));
    for (const [index, host] of asking.entries()) {
      const wanted = documents[index]?.find((one) => one.applicationId === this.#applicationId);
      if (wanted !== undefined && beginDownload(host, wanted)) await this.report(host);
    }
    return asking.length > 0;
  }
}

function forgetCandidate(host: SimulatedHost): void {
  host.candidate = undefined;
  host.grantId = undefined;
  host.phase = "idle";
}

/** Downloads and stages in one step. False when there is nothing to do. */
function beginDownload(host: SimulatedHost, wanted: DesiredApplication): boolean {
  const { grant, digest, releaseId, version } = wanted;
  if (grant === undefined || host.current?.digest === digest || host.halted.has(grant.grantId) || host.grantId === grant.grantId)
    return false;
  if (host.quarantine.some((one) => one.digest === digest)) return false;
  host.candidate = { releaseId, version, digest };
  host.grantId = grant.grantId;
  host.failure = undefined;
  host.phase = "staged";
  return true;
}

function finishSwitch(host: SimulatedHost, behaviour: Behaviour, now: number): void {
  const { candidate } = host;
  if (candidate === undefined) return;
  host.history.push(candidate.version);
  if (behaviour === "crashes") {
    if (host.current !== undefined) host.history.push(host.current.version);
    host.phase = "reverted";
    host.failure = { cause: "exit", message: "it exited with code 1", logTail: "boom" };
    host.quarantine = [
      ...host.quarantine,
      { releaseId: candidate.releaseId, digest: candidate.digest, reason: "it exited with code 1", at: now },
    ];
    return;
  }
  host.current = candidate;
  host.slots.push(candidate);
  host.candidate = undefined;
  host.phase = "healthy";
  host.healthy = true;
  if (behaviour === "silences") host.isConnected = false;
}
