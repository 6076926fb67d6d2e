import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { ACTIVE_ROLLOUT_STATES, rolloutState, type RolloutState } from "#shared/domain/rollout/rollout.ts";

/** What the list is narrowed to; it stands in the URL. */
export type RolloutFilter = {
  readonly words: string;
  readonly state: RolloutState | undefined;
  readonly fleetId: string | undefined;
};

/** Reads the filter from the URL; a state that does not exist narrows nothing. */
export function readFilter(search: URLSearchParams): RolloutFilter {
  return {
    words: search.get("q") ?? "",
    state: rolloutState.safeParse(search.get("state")).data,
    fleetId: search.get("in") ?? undefined,
  };
}

/** Whether the filter hides anything. */
export function isNarrowed({ words, state, fleetId }: RolloutFilter): boolean {
  return words !== "" || state !== undefined || fleetId !== undefined;
}

/** Whether a rollout meets the filter. Words are looked for in what it brings, where, by whom and why. */
export function matchesFilter(rollout: RolloutRow, { words, state, fleetId }: RolloutFilter): boolean {
  const text = `${rollout.title} ${rollout.fleetName} ${rollout.createdBy} ${rollout.reason} ${rollout.kind}`.toLowerCase();
  return (
    (state === undefined || rollout.state === state) &&
    (fleetId === undefined || rollout.fleetId === fleetId) &&
    words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  );
}

const isActive = (rollout: Pick<RolloutRow, "state">): boolean => ACTIVE_ROLLOUT_STATES.some((state) => state === rollout.state);

/** What a person with a pager wants first: tripped, then paused, then running. */
const URGENCY: readonly RolloutState[] = ["tripped", "paused", "running", "planned"];

/** The list in order: what is under way, most urgent first, then what is over, newest first. */
export function inOrder<R extends Pick<RolloutRow, "state" | "createdAt" | "finishedAt">>(rows: readonly R[]): readonly R[] {
  const rank = (row: R): number => (isActive(row) ? URGENCY.indexOf(row.state) : URGENCY.length);
  return rows.toSorted((left, right) => rank(left) - rank(right) || endOf(right) - endOf(left));
}

const endOf = (rollout: Pick<RolloutRow, "createdAt" | "finishedAt">): number => rollout.finishedAt ?? rollout.createdAt;

/** How many rollouts there are in each state, in the order in which people ask; states that none has are left out. */
export function stateCounts(rows: readonly RolloutRow[]): readonly { readonly state: RolloutState; readonly count: number }[] {
  return (["running", "paused", "tripped", "planned", "completed", "superseded", "aborted"] as const)
    .map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter((one) => one.count > 0);
}

/** What a rollout does, as a headline: a rollback says that it goes back. */
export function headline(rollout: Pick<RolloutRow, "kind" | "title">): string {
  return rollout.kind === "rollback" ? `Back to ${rollout.title}` : rollout.title;
}

/** Versions that a rollout comes from, each once: "from 1.4.2", or undefined for a first install. */
export function fromWords(rollout: Pick<RolloutRow, "targets">): string | undefined {
  const versions = [...new Set(rollout.targets.flatMap((target) => target.fromVersion ?? []))];
  return versions.length === 0 ? undefined : `from ${versions.join(", ")}`;
}

/** How long a rollout took, in milliseconds; undefined while it is not over or never began. */
export function tookMs(rollout: Pick<RolloutRow, "startedAt" | "finishedAt">): number | undefined {
  return rollout.startedAt === undefined || rollout.finishedAt === undefined ? undefined : rollout.finishedAt - rollout.startedAt;
}

/** How to start one from a shell; a test holds it to what the CLI understands. */
export const START_CLI = "rollcall rollout start production org.example.web@1.0.0 --bake 10m --watch";
