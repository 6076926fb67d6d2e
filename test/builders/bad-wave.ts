import { readFile } from "node:fs/promises";
import { applicationPaths } from "#main/agent/state/state-paths.ts";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { versionAt } from "#test/integration/agent/agent-process.ts";
import { until, type SystemHost, type SystemWorld } from "./system-world.ts";

/** The version that is taken back everywhere it came to. */
export const BAD_VERSION = "1.1.0";

/** What became of a bad release that was sent through the groups of a world, wave by wave. */
export type BadWave = {
  /** Hosts of the first wave. */
  readonly wave: readonly SystemHost[];
  readonly others: readonly SystemHost[];
  /** Names of hosts on which the bad version was ever started, by what its own log says. */
  readonly ran: readonly string[];
  /** From the start of the rollout until it was halted, in ms, by the control plane's clock. */
  readonly haltedAfterMs: number;
  /** From the start of the rollout until the last host of the wave answered with the old version again, in ms. */
  readonly revertedAfterMs: number;
  /** What the console's page about the rollout is drawn from. */
  readonly detail: RolloutDetail;
  /** What the audit says of the halt. */
  readonly audited: readonly AuditEntry[];
  /** What the first screen says needs a person. */
  readonly attention: readonly string[];
};

/** Versions that were started on a host, in their order, by the log that they write themselves. */
export async function startedOn(world: SystemWorld, host: SystemHost): Promise<readonly string[]> {
  const { outputLog } = applicationPaths(host.agent.paths, world.applicationId);
  const text = await readFile(outputLog, "utf8").catch(() => "");
  return [...text.matchAll(/^.*\bstarting (\d+\.\d+\.\d+)$/gm)].map(([, version = ""]) => version);
}

/**
 * Publishes a release that becomes ready and then crashes in its probation, starts a rollout over all groups, and waits until
 * the rollout is halted and the first wave serves 1.0.0 again. The gate judges the whole wave, so that all of it takes the
 * release.
 */
export async function playBadWave(world: SystemWorld): Promise<BadWave> {
  const [first] = (await world.fleet()).groups;
  const wave = world.hosts.filter((host) => host.group === first?.name);
  const release = await world.publish(BAD_VERSION, { crashAfterProbes: 2 }, { probationMs: 60_000 });
  const beganMs = performance.now();
  const rolloutId = await world.startRollout(release, { failureBudget: wave.length, minimumSample: wave.length });
  const back = Promise.all(wave.map((host) => untilBack(world, host))).then(() => performance.now() - beganMs);
  const [revertedAfterMs] = await Promise.all([back, world.untilState(rolloutId, "tripped")]);
  const detail = await world.rollout(rolloutId);
  const { rows } = await world.client.audit.list({ limit: 500 });
  const ofRollout = rows.filter((row) => row.subject.endsWith(rolloutId));
  const at = (action: string): number => ofRollout.find((row) => row.action === action)?.at ?? Number.NaN;
  const started = await Promise.all(world.hosts.map(async (host) => ({ host, versions: await startedOn(world, host) })));
  return {
    wave,
    others: world.hosts.filter((host) => !wave.includes(host)),
    ran: started.filter(({ versions }) => versions.includes(BAD_VERSION)).map(({ host }) => host.name),
    haltedAfterMs: at("rollout.tripped") - at("rollout.started"),
    revertedAfterMs,
    detail,
    audited: ofRollout.filter((row) => row.action === "rollout.tripped"),
    attention: (await world.client.home.overview()).attention.filter((one) => one.href.includes(rolloutId)).map((one) => one.title),
  };
}

function untilBack(world: SystemWorld, host: SystemHost): Promise<void> {
  const isBack = async (): Promise<boolean> => {
    const versions = await startedOn(world, host);
    return versions.includes(BAD_VERSION) && versions.at(-1) === "1.0.0" && (await versionAt(host.port)) === "1.0.0";
  };
  return until(`${host.name} is back on 1.0.0`, isBack, world.patienceMs);
}
