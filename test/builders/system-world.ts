import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFailed, onTestFinished } from "vitest";
import { uploadFile } from "#main/client/upload-file.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow, HostRow } from "#shared/contract/fleets.ts";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { HostPhase } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { decodeEnrolmentToken, encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { AgentProcess, servicePids, versionAt } from "#test/integration/agent/agent-process.ts";
import { freePort } from "#test/builders/free-port.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "#test/integration/agent/service-artifact.ts";
import { ServerProcess } from "./server-process.ts";

/** The application of every world. */
export const PRODUCT = "org.example.web";

/** One host: a real agent process, and the port of the service that it supervises. */
export type SystemHost = { readonly name: string; readonly group: string; readonly agent: AgentProcess; readonly port: number };

/** A gate that is passed as soon as a wave's hosts are well. */
export const QUICK_GATE = { successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 300, approval: false };

/** Whatever a loaded machine of two cores needs for one step. */
const PATIENCE_MS = 45_000;
const LOOK_AGAIN_MS = 60;

/** Looks again until `isSo` holds, and fails with its name when it does not within `patienceMs`. */
export async function until(what: string, isSo: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for: ${what}`);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** A control plane in its own process, a fleet, and real agents. Everything ends with the test. */
export class SystemWorld {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly hosts: SystemHost[] = [];
  /** For worlds of many hosts, which take longer for each step. */
  patienceMs = PATIENCE_MS;
  /** What runs the agents, before its arguments; absent, their sources. */
  agentProgram: readonly string[] | undefined;
  fleetId = "";
  applicationId = "";

  constructor(folder: string, serverArgs: readonly string[]) {
    this.folder = folder;
    this.server = new ServerProcess(join(folder, "data"), serverArgs);
  }

  get client() {
    return this.server.client;
  }

  fleet(): Promise<FleetRow> {
    return this.client.fleets.get({ fleetId: this.fleetId });
  }

  /** Publishes a real service that answers its version. */
  async publish(version: string, traits: ServiceTraits = {}, change: Partial<RunSpec> = {}): Promise<ReleaseRow> {
    const id = await this.beginPublishing(version, traits, change);
    // Its deltas come first, and nobody waits for those in the answer.
    let row: ReleaseRow | undefined;
    await until(`${version} is published`, async () => (row = await this.client.releases.get({ releaseId: id })).state === "published");
    if (row === undefined) throw new TypeError("it was waited for");
    return row;
  }

  /** Drops a release and asks for its publication, which may have to wait for others. */
  async beginPublishing(version: string, traits: ServiceTraits = {}, change: Partial<RunSpec> = {}): Promise<ReleaseRow["id"]> {
    const path = await this.writeService(version, traits);
    const upload = await uploadFile(
      { client: this.client, target: this.server.running, signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
      path,
    );
    const draft = await this.client.releases.create({
      applicationId: this.applicationId,
      version,
      runSpec: serviceSpec(change),
      artifacts: [{ uploadId: upload.id, platform: "any" }],
    });
    await this.client.releases.publish({ releaseId: draft.id });
    return draft.id;
  }

  /** The file that an operator would drop; answers its path. */
  async writeService(version: string, traits: ServiceTraits = {}): Promise<string> {
    const path = join(this.folder, `web-${version}.mjs`);
    await writeFile(path, serviceArtifact(version, traits));
    return path;
  }

  /** The text of a fresh enrolment token. */
  async token(group: string, change: { readonly maxUses?: number; readonly requiresApproval?: boolean } = {}) {
    const found = (await this.fleet()).groups.find((one) => one.name === group);
    return this.client.tokens.create({ groupId: found?.id ?? "", ...change });
  }

  /** A host that is not started yet: a state folder with its own file, and a free port. */
  async prepareHost(name: string, group: string): Promise<SystemHost> {
    const folder = join(this.folder, name);
    await mkdir(folder);
    const host = { name, group, agent: new AgentProcess(folder, name), port: await freePort() };
    const addition = { environment: { PORT: String(host.port) }, probeUrl: `http://127.0.0.1:${host.port}/health` };
    await writeFile(host.agent.paths.overrides, JSON.stringify({ [PRODUCT]: addition }));
    if (this.agentProgram !== undefined) host.agent.program = this.agentProgram;
    this.hosts.push(host);
    return host;
  }

  /** Enrols a real agent. @param url where it finds the control plane, when that is not where it listens. */
  async addHost(name: string, group: string, url?: string): Promise<SystemHost> {
    const host = await this.prepareHost(name, group);
    const { text } = await this.token(group);
    host.agent.run(url === undefined ? text : encodeEnrolmentToken({ ...decodeEnrolmentToken(text), urls: [url] }));
    return host;
  }

  /** Starts a rollout over the groups of the fleet, in order. */
  async startRollout(release: ReleaseRow, gate: Partial<typeof QUICK_GATE> = {}): Promise<string> {
    const waves = (await this.fleet()).groups.map((group) => ({
      groupId: group.id,
      selector: { kind: "all" as const },
      gate: { ...QUICK_GATE, ...gate },
    }));
    return (await this.client.rollouts.start({ fleetId: this.fleetId, releaseIds: [release.id], waves })).id;
  }

  rollout(rolloutId: string): Promise<RolloutDetail> {
    return this.client.rollouts.get({ rolloutId });
  }

  async untilRollout(rolloutId: string, what: string, isSo: (detail: RolloutDetail) => boolean): Promise<void> {
    let last: RolloutDetail | undefined;
    try {
      await until(`the rollout ${what}`, async () => isSo((last = await this.rollout(rolloutId))), this.patienceMs);
    } catch (failure) {
      console.log(JSON.stringify(last?.waves.map(({ groupName, state, counts, readings }) => ({ groupName, state, counts, readings }))));
      throw failure;
    }
  }

  untilState(rolloutId: string, state: RolloutDetail["rollout"]["state"]): Promise<void> {
    return this.untilRollout(rolloutId, `is ${state}`, (detail) => detail.rollout.state === state);
  }

  async hostRow(host: SystemHost): Promise<HostRow> {
    const { rows } = await this.client.hosts.list({ search: host.name });
    const found = rows.find((row) => row.name === host.name);
    if (found === undefined) throw new Error(`${host.name} is not enrolled`);
    return found;
  }

  /** The host has reported this phase of its way to `version`. */
  async untilPhase(host: SystemHost, phase: HostPhase, version: string): Promise<void> {
    const { id } = await this.hostRow(host);
    await until(`${host.name} reports ${phase} of ${version}`, async () => {
      const events = await this.client.hosts.timeline({ hostId: id });
      return events.some((event) => event.kind === `phase.${phase}` && event.version === version);
    });
  }

  /** Every service answers this version. */
  untilAnswer(version: string, hosts: readonly SystemHost[] = this.hosts): Promise<void> {
    const isSo = async (): Promise<boolean> => {
      const answers = await Promise.all(hosts.map((host) => versionAt(host.port)));
      return answers.every((answer) => answer === version);
    };
    return until(`every service answers ${version}`, isSo, this.patienceMs);
  }

  /** What is left running when a test ends is ended hard. */
  async close(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.agent.end("SIGKILL")));
    for (const host of this.hosts) for (const pid of await servicePids(host.agent)) process.kill(-pid, "SIGKILL");
    await this.server.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A run spec that starts the service with this Node; its deadlines are short. */
export function serviceSpec(change: Partial<RunSpec> = {}): RunSpec {
  return runSpec.parse({ command: process.execPath, arguments: ["{artifact}"], ...QUICK_RUN, probationMs: 500, ...change });
}

/** How a world begins: hosts by group, in the fleet's order, all on 1.0.0. */
export type WorldWish = {
  readonly groups: Readonly<Record<string, number>>;
  readonly serverArgs?: readonly string[];
  /** For each step; a test of many hosts has a timeout to match. */
  readonly patienceMs?: number;
};

/** Starts a world whose hosts serve 1.0.0, and has it end with the test. */
export async function systemWorld({ groups, serverArgs = [], patienceMs = PATIENCE_MS }: WorldWish): Promise<SystemWorld> {
  const world = await emptyWorld(serverArgs);
  world.patienceMs = patienceMs;
  onTestFailed(() => console.log(world.server.output.slice(-4000), ...world.hosts.map((host) => host.agent.output.slice(-2000))));
  onTestFinished(() => world.close());
  await settle(world, groups);
  return world;
}

/** A world in which nothing runs yet, for suites that share one and close it themselves. */
export async function emptyWorld(serverArgs: readonly string[] = []): Promise<SystemWorld> {
  return new SystemWorld(await mkdtemp(join(tmpdir(), "rollcall-system-")), serverArgs);
}

/** Starts an empty world's control plane and its hosts, and waits until they serve 1.0.0. */
export async function settle(world: SystemWorld, groups: WorldWish["groups"]): Promise<void> {
  await world.server.start();
  const { client } = world;
  const { revision } = await client.settings.get();
  await client.settings.update({ revision, hostStateIntervalMs: 500 });
  const application = await client.applications.create({ productId: PRODUCT, name: "Web" });
  world.applicationId = application.id;
  const fleet = await client.fleets.create({ name: "production", groups: Object.keys(groups) });
  world.fleetId = fleet.id;
  const first = await world.publish("1.0.0");
  const channel =
    application.channels.find((one) => one.name === "stable") ??
    (await client.channels.create({ applicationId: application.id, name: "stable" }));
  await client.channels.move({ channelId: channel.id, releaseId: first.id });
  for (const group of fleet.groups) {
    await client.subscriptions.create({ groupId: group.id, applicationId: application.id, channelId: channel.id });
    for (let number = 1; number <= (groups[group.name] ?? 0); number += 1) await world.addHost(`${group.name}-${number}`, group.name);
  }
  await world.untilAnswer("1.0.0");
}
