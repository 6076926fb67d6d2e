import type { Policy, UpdateWindow } from "#shared/domain/rollout/policy.ts";
import { formatDuration } from "#shared/lib/format.ts";

/** The days of a week in order, as the policy writes them. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** See {@link WEEKDAYS}. */
export type Weekday = (typeof WEEKDAYS)[number];

const NAMES: Readonly<Record<Weekday, string>> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };

/** A day's short name. */
export function dayWord(day: Weekday): string {
  return NAMES[day];
}

/** Days as people say them: "Mon–Thu", "Mon, Wed", "every day". */
export function daysWords(days: readonly Weekday[]): string {
  const sorted = WEEKDAYS.filter((day) => days.includes(day));
  if (sorted.length === 7) return "every day";
  const runs: Weekday[][] = [];
  for (const day of sorted) {
    const run = runs[runs.length - 1];
    const before = run?.[run.length - 1];
    if (run !== undefined && before !== undefined && WEEKDAYS.indexOf(day) === WEEKDAYS.indexOf(before) + 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) =>
      run.length > 2 ? `${NAMES[run[0] ?? "mon"]}–${NAMES[run[run.length - 1] ?? "sun"]}` : run.map((day) => NAMES[day]).join(", "),
    )
    .join(", ");
}

/** A window as people say it: "Mon–Thu 09:00–17:00". */
export function windowWords(window: UpdateWindow): string {
  return `${daysWords(window.days)} ${window.from}–${window.to}`;
}

/** What bounds a subscription, in short phrases. Empty means that nothing does. */
export function policyWords(policy: Policy): readonly string[] {
  const words: string[] = [];
  if (policy.canaryFirst) words.push("one host first");
  if (policy.concurrency !== undefined) words.push(`${policy.concurrency} at once`);
  if (policy.rate !== undefined) words.push(`${policy.rate.count} per ${formatDuration(policy.rate.intervalMs)}`);
  if (policy.windows.length > 0) words.push(`${policy.windows.map(windowWords).join("; ")} ${policy.timeZone}`);
  if (policy.blackoutDates.length > 0)
    words.push(`${policy.blackoutDates.length} blackout ${policy.blackoutDates.length === 1 ? "date" : "dates"}`);
  if (policy.allowDowngrade) words.push("downgrades allowed");
  return words;
}
