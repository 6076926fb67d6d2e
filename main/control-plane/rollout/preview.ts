import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { windowState, describeMoment } from "#shared/domain/rollout/update-window.ts";
import { chooseWaveMembers, type ChosenMember } from "#shared/domain/rollout/wave-members.ts";
import type { WavePlan } from "#shared/domain/rollout/rollout.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { readCandidates } from "./candidates.ts";
import { activeRolloutsOf, type Plan } from "./plan.ts";
import { optionFor } from "./release-catalog.ts";
import type { Db } from "./rows.ts";

/** Excluded hosts that are named; the count tells of the others. */
const NAMED = 50;

/** The longest duration that the contract carries: 366 days. */
const LONGEST_MS = 366 * 86_400_000;

type PlannedWave = { readonly plan: WavePlan; readonly rows: readonly ChosenMember[] };

/** Plays the waves of a plan on the fleet as it is: the same choice, by the same reading, that opening them makes. */
export async function previewPlan(db: Db, plan: Plan, salt: string, now: number): Promise<RolloutPreview> {
  const waves = await chooseWaves(db, plan, salt, now);
  const names = await readNames(
    db,
    waves.flatMap((wave) =>
      wave.rows
        .filter((row) => row.state === "excluded")
        .slice(0, NAMED)
        .map((row) => row.hostId),
    ),
  );
  const members = waves.flatMap((wave) => wave.rows.filter((row) => row.state === "waiting"));
  return {
    salt,
    waves: waves.map(({ plan: wave, rows }) => {
      const excluded = rows.filter((row) => row.state === "excluded");
      return {
        groupId: wave.groupId,
        groupName: plan.groupNames.get(wave.groupId) ?? "",
        hosts: countHosts(rows),
        excluded: excluded
          .slice(0, NAMED)
          .map((row) => ({ hostId: row.hostId, hostName: names.get(row.hostId) ?? "", reason: row.reason })),
        excludedCount: excluded.length,
      };
    }),
    totalHosts: new Set(members.map((member) => member.hostId)).size,
    downloadBytes: await sumDownloads(db, plan, members),
    shortestMs: Math.min(
      LONGEST_MS,
      waves.reduce((sum, wave) => sum + (countHosts(wave.rows) === 0 ? 0 : wave.plan.gate.bakeMs), 0),
    ),
    warnings: [...waveWarnings(plan, waves), ...policyWarnings(plan, now), ...(await reachWarnings(db, plan, members))],
    activeRolloutIds: [...activeRolloutsOf(plan.targets)],
  };
}

const countHosts = (rows: readonly ChosenMember[]): number =>
  new Set(rows.filter((row) => row.state === "waiting").map((row) => row.hostId)).size;

async function chooseWaves(db: Db, plan: Plan, salt: string, now: number): Promise<readonly PlannedWave[]> {
  const taken = new Map<string, Set<HostId>>();
  const chosen: PlannedWave[] = [];
  for (const wave of plan.waves) {
    const targets = plan.targets.filter((target) => target.groupId === wave.groupId);
    const candidates = await readCandidates(db, { groupId: wave.groupId, kind: "update", targets }, now);
    const before = taken.get(wave.groupId) ?? new Set<HostId>();
    const rows = chooseWaveMembers({ salt, selector: wave.selector, candidates, taken: before });
    for (const row of rows) if (row.state === "waiting") before.add(row.hostId);
    taken.set(wave.groupId, before);
    chosen.push({ plan: wave, rows });
  }
  return chosen;
}

async function readNames(db: Db, hostIds: readonly HostId[]): Promise<ReadonlyMap<string, string>> {
  if (hostIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("hosts")
    .select(["id", "name"])
    .where("id", "in", [...new Set(hostIds)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Bytes that members fetch which neither run the release nor keep a slot of it. */
async function sumDownloads(db: Db, plan: Plan, members: readonly ChosenMember[]): Promise<number> {
  let sum = 0;
  for (const target of plan.targets) {
    const hostIds = new Set<string>(
      members.filter((member) => member.subscriptionId === target.subscriptionId).map((member) => member.hostId),
    );
    if (hostIds.size === 0) continue;
    const rows = await db
      .selectFrom("hosts")
      .leftJoin("hostApplications as app", (join) =>
        join.onRef("app.hostId", "=", "hosts.id").on("app.applicationId", "=", target.applicationId),
      )
      .select(["hosts.id", "hosts.platform", "app.currentDigest", "app.reported"])
      .where("hosts.groupId", "=", target.groupId)
      .execute();
    for (const row of rows) {
      const artifact = hostIds.has(row.id) ? optionFor(target.release, row.platform).artifact : undefined;
      if (artifact !== undefined && row.currentDigest !== artifact.digest && !keepsSlot(row.reported, artifact.digest))
        sum += artifact.sizeBytes;
    }
  }
  return sum;
}

function keepsSlot(reported: string | null, digest: string): boolean {
  if (reported === null || !reported.includes(digest)) return false;
  return reportedApplication.safeParse(JSON.parse(reported)).data?.slots.some((slot) => slot.digest === digest) ?? false;
}

function waveWarnings(plan: Plan, waves: readonly PlannedWave[]): readonly string[] {
  return waves.flatMap(({ plan: wave, rows }, index) => {
    const name = plan.groupNames.get(wave.groupId) ?? "";
    const missing = plan.releases.filter(
      (release) => !plan.targets.some((target) => target.groupId === wave.groupId && target.applicationId === release.applicationId),
    );
    const unsubscribed = missing.map(
      (release) => `Group ${name} is not subscribed to ${release.applicationName}, so nothing changes there.`,
    );
    const empty =
      countHosts(rows) === 0 && missing.length === 0 ? [`Wave ${index + 1} (${name}) takes no host, so it proves nothing.`] : [];
    return [...unsubscribed, ...empty];
  });
}

function policyWarnings(plan: Plan, now: number): readonly string[] {
  return plan.targets.flatMap(({ policy, groupId, release }) => {
    const where = `${release.applicationName} in ${plan.groupNames.get(groupId) ?? ""}`;
    const paused = policy.paused ? [`${where} is paused: nothing begins there until somebody resumes it.`] : [];
    const window = windowState(policy, now);
    if (window.open) return paused;
    const opens =
      window.opensAt === undefined
        ? "No window opens in sight"
        : `Its next window opens ${describeMoment(window.opensAt, now, policy.timeZone)} (${policy.timeZone})`;
    return [...paused, `${where} is outside its update windows now. ${opens}.`];
  });
}

/** Hosts of the planned groups that no wave would reach, and hosts that are not connected. */
async function reachWarnings(db: Db, plan: Plan, members: readonly ChosenMember[]): Promise<readonly string[]> {
  const reached = new Set<string>(members.map((member) => member.hostId));
  const rows = await db
    .selectFrom("hosts")
    .select(["id", "connection"])
    .where("groupId", "in", [...plan.groupNames.keys()])
    .where("state", "=", "active")
    .execute();
  const silent = rows.filter((row) => reached.has(row.id) && row.connection === "disconnected").length;
  const beyond = plan.targets.filter(
    (target) =>
      !plan.waves.some(
        (wave) =>
          wave.groupId === target.groupId &&
          (wave.selector.kind === "all" || (wave.selector.kind === "percent" && wave.selector.percent === 100)),
      ),
  );
  return [
    ...(silent === 0 ? [] : [`${silent === 1 ? "1 host is" : `${silent} hosts are`} not connected; silence counts as failure.`]),
    ...[...new Set(beyond.map((target) => plan.groupNames.get(target.groupId) ?? ""))].map(
      (name) => `The waves do not cover all of ${name}; its other hosts stay as they are.`,
    ),
  ];
}
