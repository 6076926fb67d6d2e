import type { RunningRelease } from "#shared/domain/host/reported.ts";
import { commandLineOf } from "#shared/domain/release/command-line.ts";
import type { Probe, RunSpec } from "#shared/domain/release/run-spec.ts";
import type { ApplicationOverrides } from "../state/overrides.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";

/** Everything a start needs. Standard output and error go straight into the file, so that they outlive the agent. */
export type LaunchSpec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly outputLog: string;
  /** Gives it a pipe to say that it is ready, named by `ROLLCALL_READY_FD`. */
  readonly readyPipe?: boolean;
};

/** One version as it is to be run: what was signed, and where its bytes are. */
export type RunnableRelease = { readonly release: RunningRelease; readonly runSpec: RunSpec; readonly artifactPath: string };

/** What this host adds to a version: its own file, and the part of the agent's environment that children get. */
export type HostAdditions = { readonly overrides: ApplicationOverrides | undefined; readonly inherited: Readonly<Record<string, string>> };

/**
 * Lays the host over the signed run spec. The environment grows in this order: the agent's harmless part, ours, the
 * release's, the host's own file; the last word is the host's.
 */
export function toLaunchSpec(runnable: RunnableRelease, paths: ApplicationPaths, host: HostAdditions): LaunchSpec {
  const { runSpec, release, artifactPath } = runnable;
  return {
    ...commandLineOf(runSpec, artifactPath),
    environment: {
      ...host.inherited,
      ROLLCALL_RELEASE: release.releaseId,
      ROLLCALL_VERSION: release.version,
      ...runSpec.environment,
      ...host.overrides?.environment,
    },
    workFolder: paths.work,
    outputLog: paths.outputLog,
  };
}

/** The probe of a version as this host asks it. */
export function toProbe(runSpec: RunSpec, host: HostAdditions): Probe | undefined {
  if (runSpec.probe === undefined || host.overrides?.probeUrl === undefined) return runSpec.probe;
  return { ...runSpec.probe, url: host.overrides.probeUrl };
}
