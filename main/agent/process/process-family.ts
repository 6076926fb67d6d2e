/**
 * Everything that one start has set running, also what left its process group (a double fork, setsid). The leader counts
 * as long as it runs.
 */
export type ProcessFamily = {
  /** Pids of those that run now, zombies not among them. */
  readonly members: () => Promise<readonly number[]>;
  /** Ends all of them by SIGKILL. Resolves when nobody is left to be ended, or when that could not be had. */
  readonly kill: () => Promise<void>;
  /** Removes what was kept to know them by, once they are gone. */
  readonly forget: () => Promise<void>;
};

/** A start about to be made. */
export type FamilyStart = {
  /** Variables that its processes know themselves by; for every start other ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the process in, before it runs its first instruction and can have children. */
  readonly join: (pid: number) => Promise<ProcessFamily>;
};

/** How families are told apart on this host. */
export type ProcessFamilies = {
  /** For people. */
  readonly kind: "control groups" | "environment" | "process groups";
  /** @param applicationId a UUID. */
  readonly start: (applicationId: string) => FamilyStart;
  /** The family of a process that an earlier run of the agent started. */
  readonly adopt: (pid: number) => Promise<ProcessFamily | undefined>;
  /** Ends what starts of an application by an earlier run of the agent have left, but for the families of `spared`. */
  readonly sweep: (applicationId: string, spared: readonly number[]) => Promise<void>;
};
