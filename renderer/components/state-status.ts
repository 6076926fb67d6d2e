import type { Status } from "../styles/status-tokens.ts";

/** A state as a status and the word that people read. */
export type StateLook = { readonly status: Status; readonly word: string };

const ROLLOUT = {
  planned: { status: "unknown", word: "Planned" },
  running: { status: "progressing", word: "Running" },
  paused: { status: "paused", word: "Paused" },
  tripped: { status: "failed", word: "Tripped" },
  completed: { status: "healthy", word: "Completed" },
  superseded: { status: "unknown", word: "Superseded" },
  aborted: { status: "unknown", word: "Aborted" },
} as const satisfies Record<string, StateLook>;

const WAVE = {
  pending: { status: "unknown", word: "Pending" },
  open: { status: "progressing", word: "Open" },
  baking: { status: "progressing", word: "Baking" },
  passed: { status: "healthy", word: "Passed" },
  tripped: { status: "failed", word: "Tripped" },
  skipped: { status: "unknown", word: "Skipped" },
} as const satisfies Record<string, StateLook>;

const MEMBER = {
  waiting: { status: "unknown", word: "Waiting" },
  updating: { status: "progressing", word: "Updating" },
  succeeded: { status: "healthy", word: "Succeeded" },
  failed: { status: "failed", word: "Failed" },
  excluded: { status: "unknown", word: "Excluded" },
} as const satisfies Record<string, StateLook>;

/** How a rollout's state looks. */
export function rolloutLook(state: keyof typeof ROLLOUT): StateLook {
  return ROLLOUT[state];
}

/** How a wave's state looks. */
export function waveLook(state: keyof typeof WAVE): StateLook {
  return WAVE[state];
}

/** How a host's part in a wave looks. */
export function memberLook(state: keyof typeof MEMBER): StateLook {
  return MEMBER[state];
}

const PHASES: Readonly<Record<string, StateLook>> = {
  idle: { status: "unknown", word: "Idle" },
  downloading: { status: "progressing", word: "Downloading" },
  verifying: { status: "progressing", word: "Verifying" },
  staged: { status: "progressing", word: "Staged" },
  switching: { status: "progressing", word: "Switching" },
  probation: { status: "progressing", word: "On probation" },
  healthy: { status: "healthy", word: "Healthy" },
  failed: { status: "failed", word: "Failed" },
  reverting: { status: "failed", word: "Reverting" },
  reverted: { status: "failed", word: "Reverted" },
};

/** How the phase of an application on a host looks. Phases of newer agents read as they are. */
export function phaseLook(phase: string): StateLook {
  return PHASES[phase] ?? { status: "unknown", word: phase };
}
