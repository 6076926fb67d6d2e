import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { describeProbe } from "#shared/domain/release/describe-probe.ts";
import { furtherFields } from "#shared/domain/release/flatten-run-spec.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { StateLook } from "../../components/state-status.ts";

const PUBLISHING = {
  running: { status: "progressing", word: "Publishing" },
  waiting: { status: "paused", word: "Waiting" },
  paused: { status: "paused", word: "Paused" },
  failed: { status: "failed", word: "Failed" },
  cancelled: { status: "unknown", word: "Draft" },
  completed: { status: "progressing", word: "Publishing" },
} as const;

/** How a release looks. A block covers whatever its state is. */
export function releaseLook(release: Pick<ReleaseRow, "state" | "blocked" | "publishing">): StateLook {
  if (release.state === "draft" && release.publishing !== undefined) return PUBLISHING[release.publishing.state];
  if (release.blocked !== undefined) return { status: "paused", word: "Blocked" };
  switch (release.state) {
    case "draft":
      return { status: "unknown", word: "Draft" };
    case "published":
      return { status: "healthy", word: "Published" };
    case "withdrawn":
      return { status: "unknown", word: "Withdrawn" };
  }
}

/** The groups of one fleet that follow a channel, in the fleet's order. */
export type Followers = {
  readonly fleetId: string;
  readonly fleetName: string;
  readonly groups: readonly string[];
  readonly hosts: number;
};

/** Who follows a channel now, fleet by fleet. Groups that were rolled back are detached and do not follow. */
export function followersOf(channelId: string, fleets: readonly FleetRow[]): readonly Followers[] {
  return fleets.flatMap((fleet) => {
    const groups = inOrder(fleet).filter((group) => group.subscriptions.some((one) => one.channelId === channelId && one.following));
    const hosts = groups.reduce((sum, group) => sum + group.hosts, 0);
    return groups.length === 0 ? [] : [{ fleetId: fleet.id, fleetName: fleet.name, groups: groups.map((group) => group.name), hosts }];
  });
}

/** Followers whose target would change when the channel moves to the release: each of their fleets gets a rollout. */
export function fleetsToMove(channelId: string, releaseId: string, fleets: readonly FleetRow[]): readonly Followers[] {
  const open = fleets.map((fleet) => ({
    ...fleet,
    groups: fleet.groups.map((group) => ({
      ...group,
      subscriptions: group.subscriptions.filter((one) => one.targetReleaseId !== releaseId),
    })),
  }));
  return followersOf(channelId, open);
}

/** What moving a channel will start, as a sentence. */
export function moveConsequence(followers: readonly Followers[]): string {
  if (followers.length === 0) return "No group that follows it would change, so nothing starts.";
  const hosts = followers.reduce((sum, one) => sum + one.hosts, 0);
  const rollouts = followers.length === 1 ? "1 rollout starts" : `${followers.length} rollouts start`;
  return `${rollouts} at once, for ${hosts} ${hosts === 1 ? "host" : "hosts"}: wave by wave over the groups, each behind the default gate.`;
}

const inOrder = (fleet: FleetRow): readonly FleetRow["groups"][number][] =>
  [...fleet.groups].sort((left, right) => left.position - right.position);

/** A group for which a release is the target. */
export type TargetGroup = {
  readonly fleetId: string;
  readonly fleetName: string;
  readonly groupName: string;
  readonly heldBack: string | undefined;
};

/** Which groups should run the release now. */
export function targetsOf(releaseId: string, fleets: readonly FleetRow[]): readonly TargetGroup[] {
  return fleets.flatMap((fleet) =>
    inOrder(fleet).flatMap((group) =>
      group.subscriptions
        .filter((one) => one.targetReleaseId === releaseId)
        .map((one) => ({ fleetId: fleet.id, fleetName: fleet.name, groupName: group.name, heldBack: one.heldBack })),
    ),
  );
}

/** Why a verb may not be used on a release now; undefined says that it may. */
export type ReleaseVerbs = {
  readonly rollOut: string | undefined;
  readonly moveChannel: string | undefined;
  readonly block: string | undefined;
  readonly withdraw: string | undefined;
};

/** What may be done with a release that is not a draft. */
export function releaseVerbs(release: Pick<ReleaseRow, "state" | "blocked" | "version">): ReleaseVerbs {
  const offer =
    release.blocked !== undefined
      ? `${release.version} is blocked. Unblock it first.`
      : release.state === "published"
        ? undefined
        : release.state === "draft"
          ? `${release.version} is a draft. Publish it first.`
          : `${release.version} is withdrawn for good.`;
  return {
    rollOut: offer,
    moveChannel: offer,
    block: release.state === "draft" ? "Nobody is offered a draft; discard it instead." : undefined,
    withdraw: release.state === "published" ? undefined : release.state === "draft" ? "It is not published." : "It is withdrawn already.",
  };
}

/** A line of a run spec for people. */
export type RunSpecLine = { readonly name: string; readonly text: string; readonly isCode: boolean };

/** What a host runs, line by line; what stands at its default is told as well, since it is signed. */
export function runSpecLines(spec: RunSpec): readonly RunSpecLine[] {
  const code = (name: string, text: string): RunSpecLine => ({ name, text, isCode: true });
  const words = (name: string, text: string): RunSpecLine => ({ name, text, isCode: false });
  const environment = Object.entries(spec.environment);
  const probe = spec.probe;
  return [
    spec.command === undefined ? words("Command", "the file itself") : code("Command", spec.command),
    ...(spec.arguments.length === 0 ? [] : [code("Arguments", spec.arguments.map(quoteArgument).join(" "))]),
    ...(environment.length === 0 ? [] : [code("Environment", environment.map(([name, value]) => `${name}=${value}`).join("\n"))]),
    ...(spec.installAs === undefined ? [] : [code("Installed as", spec.installAs)]),
    probe === undefined
      ? words("Probe", "none: only an exit counts as a failure")
      : words(
          "Probe",
          `${describeProbe(probe)} within ${formatDuration(probe.timeoutMs)}, every ${formatDuration(probe.intervalMs)}; ${probe.failureThreshold} misses fail`,
        ),
    words("Starts within", formatDuration(spec.startDeadlineMs)),
    words("Probation", `${formatDuration(spec.probationMs)}; ${spec.crashLimit} unexpected exits revert`),
    words("Stops within", `${formatDuration(spec.stopDeadlineMs)} of ${spec.stopSignal ?? "SIGTERM"}, then SIGKILL`),
    ...furtherFields(spec, ["stopSignal"]).map(([path, value]) =>
      path.endsWith("Ms") ? words(path, formatDuration(Number(value))) : code(path, value),
    ),
  ];
}

/** An argument as a shell would want it, so that what is copied can be run. */
export function quoteArgument(text: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The platforms of a release, each once, in order. */
export function platformsOf(release: Pick<ReleaseRow, "artifacts">): readonly string[] {
  return [...new Set(release.artifacts.map((one) => one.platform))].sort();
}

/** The release that a channel points at, with how it stands to the newest published one. */
export function channelLag(
  application: ApplicationRow,
  releases: readonly ReleaseRow[],
  releaseId: string | undefined,
): number | undefined {
  const at = releases.find((one) => one.id === releaseId);
  if (at === undefined || application.latestVersion === undefined) return undefined;
  return releases.filter((one) => one.state === "published" && one.blocked === undefined && compareSemver(one.version, at.version) > 0)
    .length;
}

/** The channel that a move begins with: the asked one, else the first that does not point at the release yet. */
export function channelToMove(
  channels: ApplicationRow["channels"],
  channelId: string | undefined,
  releaseId: string | undefined,
): ApplicationRow["channels"][number] | undefined {
  return channels.find((one) => one.id === channelId) ?? channels.find((one) => one.releaseId !== releaseId) ?? channels[0];
}

/** The same from a shell, for the first release of a product; a test holds it to what the CLI understands. */
export function publishCli(productId: string): string {
  return `rollcall publish ${productId} ./${productId.split(".").at(-1) ?? "file"} --version 1.0.0`;
}
