import type { RunningRelease } from "#shared/domain/host/reported.ts";
import { commandLineOf, SLOT_PLACEHOLDER, slotFolderOf } from "#shared/domain/release/command-line.ts";
import type { LogLimits } from "#shared/domain/release/log-limits.ts";
import type { Probe } from "#shared/domain/release/probe.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { ApplicationOverrides } from "../state/overrides.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { RunUser } from "./resolve-run-user.ts";

/** Everything a start needs. Standard output and error go straight into the file, so that they outlive the agent. */
export type LaunchSpec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Must be there. */
  readonly workFolder: string;
  readonly outputLog: string;
  /** Whom it runs as; the agent's own account without it. */
  readonly user?: RunUser;
  /** Three octal digits. */
  readonly umask?: string;
  /** Named pipe that it holds open for as long as it lives, so that any agent hears of its end; not for one with sockets. */
  readonly lifeline?: string;
  /** Gives it a pipe to say that it is ready, named by `ROLLCALL_READY_FD`. */
  readonly readyPipe?: boolean;
};

/** What anything that runs beside an application, such as its probe, shares with it. */
export type Surroundings = Pick<LaunchSpec, "environment" | "workFolder" | "user">;

/** One version as it is to be run: what was signed, and where its bytes are. */
export type RunnableRelease = {
  readonly release: RunningRelease;
  readonly runSpec: RunSpec;
  /** The released file; of an unpacked release the folder of its files. */
  readonly artifactPath: string;
  /** The run spec is that of this host's own file, and not the signed one. */
  readonly hasOwnRunSpec?: true;
};

/** What this host adds to a version: its own file, and the part of the agent's environment that children get. */
export type HostAdditions = {
  readonly overrides: ApplicationOverrides | undefined;
  readonly inherited: Readonly<Record<string, string>>;
  /** How much of its output the application itself wants kept. */
  readonly logs?: LogLimits | undefined;
  /** How the version finds its own socket, and how the account that it runs as is let in. */
  readonly socket?: { readonly variables: Readonly<Record<string, string>>; readonly letIn: (user: RunUser) => Promise<void> };
};

/**
 * Lays the host over the signed run spec. The environment grows in this order: the agent's harmless part, the account's,
 * ours, the release's, the host's own file; the last word is the host's.
 */
export function toLaunchSpec(runnable: RunnableRelease, paths: ApplicationPaths, host: HostAdditions, user?: RunUser): LaunchSpec {
  const { runSpec, release, artifactPath } = runnable;
  return {
    ...commandLineOf(runSpec, artifactPath),
    environment: {
      ...host.inherited,
      ...(user !== undefined && { HOME: user.home, USER: user.name, LOGNAME: user.name }),
      ROLLCALL_RELEASE: release.releaseId,
      ROLLCALL_VERSION: release.version,
      ...host.socket?.variables,
      ...environmentOf(runnable),
      ...host.overrides?.environment,
    },
    workFolder: workFolderOf(runnable, paths),
    outputLog: paths.outputLog,
    lifeline: paths.lifeline,
    ...(user !== undefined && { user }),
    ...(runSpec.umask !== undefined && { umask: runSpec.umask }),
    ...(runSpec.readiness?.kind === "pipe" && { readyPipe: true }),
  };
}

function environmentOf({ runSpec, artifactPath }: RunnableRelease): Record<string, string> {
  const slot = slotFolderOf(runSpec, artifactPath);
  return Object.fromEntries(Object.entries(runSpec.environment).map(([name, value]) => [name, value.replaceAll(SLOT_PLACEHOLDER, slot)]));
}

function workFolderOf({ runSpec, artifactPath }: RunnableRelease, paths: ApplicationPaths): string {
  if (runSpec.workingDirectory === undefined) return paths.work;
  return runSpec.workingDirectory.replace(/^\{work\}/, paths.work).replace(/^\{slot\}/, slotFolderOf(runSpec, artifactPath));
}

/** The probe of a version as this host asks it. */
export function toProbe({ runSpec, artifactPath }: RunnableRelease, { overrides }: HostAdditions): Probe | undefined {
  const { probe } = runSpec;
  switch (probe?.kind) {
    case undefined:
      return undefined;
    case "http":
      return { ...probe, url: overrides?.probeUrl ?? withPort(probe.url, overrides?.probePort) };
    case "tcp":
      return { ...probe, port: overrides?.probePort ?? probe.port };
    case "exec": {
      const { command, args } = commandLineOf({ ...probe, unpack: runSpec.unpack }, artifactPath);
      return { ...probe, command, arguments: [...args] };
    }
  }
}

function withPort(text: string, port: number | undefined): string {
  if (port === undefined) return text;
  const url = new URL(text);
  url.port = String(port);
  return url.href;
}
