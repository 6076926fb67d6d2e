import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { GroupRow } from "#shared/contract/fleets.ts";
import type { ReportedApplication, RunningRelease } from "#shared/domain/host/reported.ts";
import { AGENT_PRODUCT_ID } from "#shared/domain/release/agent-product.ts";
import type { ApplicationId } from "#shared/lib/ids.ts";
import { publishApplication } from "./releases.ts";
import { addHosts } from "./simulated-hosts.ts";
import type { World } from "./world.ts";

/** Host ids by what is the matter with them. */
export type HostStates = Readonly<Record<keyof typeof STATES, string>>;

type Scene = {
  readonly web: ApplicationId;
  readonly agent: ApplicationId;
  readonly old: RunningRelease;
  readonly new: RunningRelease;
  readonly oldAgent: RunningRelease;
  readonly newAgent: RunningRelease;
};
type Told = Partial<ReportedApplication>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const LOG = `2026-03-02T09:14:07.118Z  info  listening on 0.0.0.0:8080 (held socket "http")
2026-03-02T09:14:07.402Z  info  opening /var/lib/web/index.db
2026-03-02T09:14:07.441Z  fatal schema 14 is older than 15, and migrations are off
    at openIndex (web.mjs:2114)
    at main (web.mjs:88)`;

const SOCKETS = [
  { name: "http", address: "0.0.0.0:8080" },
  { name: "admin", address: "/var/lib/rollcall-agent/applications/0b7e6f2c-5a64-4cf1-93b6-31c5a0cf36d5/work/admin.sock" },
];

const STATES = {
  "web-held-sockets": () => ({ web: { uptimeMs: 52 * HOUR_MS, listening: { sockets: SOCKETS, swap: "overlap" } } }),
  "web-stop-start": () => ({
    web: {
      uptimeMs: 9 * MINUTE_MS,
      restarts: 1,
      ownRunSpec: true,
      overBudgetBytes: 212_000_000,
      listening: { sockets: SOCKETS.slice(0, 1), swap: "stop-start", reason: "port 8080 is in use by the version that serves." },
    },
  }),
  "web-quarantined": (scene) => ({
    web: {
      phase: "reverted",
      candidate: scene.new,
      uptimeMs: 4 * MINUTE_MS,
      failure: { cause: "exit", message: "It crashed 3 times in its probation; the last time it exited with code 70.", logTail: LOG },
      quarantine: [quarantined(scene.new, "It crashed 3 times in its probation; the last time it exited with code 70.", HOUR_MS * 23)],
    },
  }),
  "web-reverting": (scene) => ({
    web: {
      phase: "reverting",
      candidate: scene.new,
      healthy: false,
      failure: {
        cause: "probe",
        code: "HUNG",
        message: "It said nothing on its socket for 15 s, which is longer than its heartbeat may stay out.",
      },
      quarantine: [quarantined(scene.new, "It said nothing on its socket for 15 s.", HOUR_MS * 24)],
    },
  }),
  "web-crash-loop": () => ({
    web: { healthy: false, restarts: 214, trouble: "It ended with exit code 70, 41 times in a row. It is started again." },
  }),
  "web-not-now": (scene) => ({
    web: {
      phase: "staged",
      candidate: scene.new,
      uptimeMs: 30 * HOUR_MS,
      updateLock: { reason: "the nightly backup runs until it is done", until: Date.now() + 41 * MINUTE_MS },
    },
  }),
  "web-hook-waits": (scene) => ({
    web: {
      phase: "staged",
      candidate: scene.new,
      uptimeMs: 30 * HOUR_MS,
      waiting: {
        since: Date.now() - 20 * MINUTE_MS,
        attempts: 7,
        retryAt: Date.now() + 6 * MINUTE_MS,
        said: "12 sessions are open; come back later",
      },
    },
  }),
  "agent-on-trial": (scene) => ({ agent: { phase: "probation", current: scene.newAgent, uptimeMs: 40_000 } }),
  "agent-went-back": (scene) => ({
    agent: {
      phase: "reverted",
      candidate: scene.newAgent,
      failure: {
        cause: "start-deadline",
        message: "The new agent was started three times and did not prove itself; the one before it goes on.",
      },
      quarantine: [quarantined(scene.newAgent, "It was started three times and did not prove itself.", HOUR_MS * 20)],
    },
  }),
} as const satisfies Record<string, (scene: Scene) => { readonly web?: Told; readonly agent?: Told }>;

function quarantined(release: RunningRelease, reason: string, forMs: number): ReportedApplication["quarantine"][number] {
  return { releaseId: release.releaseId, digest: release.digest, reason, at: Date.now() - 4 * MINUTE_MS, expiresAt: Date.now() + forMs };
}

/** A fleet each of whose hosts shows one thing that can be the matter with an application, or with the agent itself. */
export async function seedHostStates(world: World): Promise<HostStates> {
  const web = await publishApplication(world, "org.acme.web", "Web shop", releases("2.3.0", "2.4.0"));
  const agent = await publishApplication(world, AGENT_PRODUCT_ID, "Rollcall agent", releases("0.1.0", "0.2.0"));
  const fleet = await world.client.fleets.create({ name: "shops", groups: ["everyone"] });
  const group = fleet.groups[0]!;
  for (const { application, releases: published } of [web, agent]) {
    const channelId = application.channels[0]!.id;
    await world.client.channels.move({ channelId, releaseId: published[1]!.id });
    await world.client.subscriptions.create({ groupId: group.id, applicationId: application.id, channelId });
  }
  const scene: Scene = {
    web: web.application.id,
    agent: agent.application.id,
    old: running(web.releases[0]!),
    new: running(web.releases[1]!),
    oldAgent: running(agent.releases[0]!),
    newAgent: running(agent.releases[1]!),
  };
  const names = Object.keys(STATES) as (keyof typeof STATES)[];
  const added = await Promise.all(names.map((name) => addHost(world, group, name, scene)));
  return Object.fromEntries(names.map((name, at) => [name, added[at]!])) as HostStates;
}

const releases = (...versions: readonly string[]) => versions.map((version) => ({ version, notes: "" }));

function running({ id, version, artifacts }: ReleaseRow): RunningRelease {
  return { releaseId: id, version, digest: artifacts[0]!.digests.sha256 };
}

/** Nothing moves by itself here: the simulation stays in its first phase, and what is told is what `STATES` says. */
const STANDS_STILL_MS = 2 ** 31 - 1;

async function addHost(world: World, group: GroupRow, name: keyof typeof STATES, scene: Scene): Promise<string> {
  const told: { readonly web?: Told; readonly agent?: Told } = STATES[name](scene);
  const atRest = name.includes("held") ? ({ current: scene.new, phase: "healthy" } as const) : {};
  const current = new Map([
    [scene.web, scene.old],
    [scene.agent, told.agent === undefined ? scene.newAgent : scene.oldAgent],
  ]);
  const tells = (application: ReportedApplication): ReportedApplication => {
    const isWeb = application.applicationId === scene.web;
    const told_ = isWeb ? ({ phase: "healthy", ...atRest, ...told.web } as const) : ({ phase: "healthy", ...told.agent } as const);
    return {
      applicationId: application.applicationId,
      current: current.get(application.applicationId)!,
      healthy: true,
      restarts: 0,
      quarantine: [],
      slots: isWeb ? [scene.old, scene.new] : [scene.oldAgent, scene.newAgent],
      ...told_,
    };
  };
  const [added] = await addHosts(world, { group, prefix: name, count: 1, phaseMs: STANDS_STILL_MS, begun: { running: current, tells } });
  return added!.hostId;
}
