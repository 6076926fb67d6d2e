import { addDays, instantOf, localTime, type LocalTime } from "../../lib/time-zone.ts";
import type { Policy, UpdateWindow } from "./policy.ts";

/** What of a policy says when updates may begin. */
export type Calendar = Pick<Policy, "timeZone" | "windows" | "blackoutDates">;

/** Whether an update may begin now; when not, what closes it and when it opens. `opensAt` is absent when no window opens within the horizon. */
export type WindowState =
  | { readonly open: true }
  | { readonly open: false; readonly cause: "window" | "blackout"; readonly opensAt: number | undefined };

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** How far ahead an opening is looked for. Longer than the longest list of blackout dates. */
const HORIZON_DAYS = 400;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const onDay = (window: UpdateWindow, weekday: number): boolean => window.days.some((day) => day === WEEKDAYS[weekday]);

/** A window whose `to` is at or before its `from` runs into the day after the one it is named for. */
function covers(window: UpdateWindow, local: LocalTime): boolean {
  const from = minutesOf(window.from);
  const to = minutesOf(window.to);
  if (from < to) return onDay(window, local.weekday) && local.minutes >= from && local.minutes < to;
  return (onDay(window, local.weekday) && local.minutes >= from) || (onDay(window, (local.weekday + 6) % 7) && local.minutes < to);
}

function closedBy(calendar: Calendar, at: number): "window" | "blackout" | undefined {
  const local = localTime(at, calendar.timeZone);
  if (calendar.blackoutDates.includes(local.date)) return "blackout";
  return calendar.windows.length === 0 || calendar.windows.some((window) => covers(window, local)) ? undefined : "window";
}

/** Openings can only happen at midnight (a blackout ends) and where a window begins; looking there is exact. */
function nextOpening(calendar: Calendar, now: number): number | undefined {
  const today = localTime(now, calendar.timeZone).date;
  const starts = [...new Set([0, ...calendar.windows.map((window) => minutesOf(window.from))])].sort((left, right) => left - right);
  for (let day = 0; day <= HORIZON_DAYS; day += 1) {
    const date = addDays(today, day);
    if (calendar.blackoutDates.includes(date)) continue;
    const found = starts
      .map((minutes) => instantOf(date, minutes, calendar.timeZone))
      .find((at) => at > now && closedBy(calendar, at) === undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Judges windows and blackout dates at `now` (epoch milliseconds). No windows means always, blackout dates apart. */
export function windowState(calendar: Calendar, now: number): WindowState {
  const cause = closedBy(calendar, now);
  return cause === undefined ? { open: true } : { open: false, cause, opensAt: nextOpening(calendar, now) };
}

/** A moment as people of that time zone say it: `22:00` today, `Mon 22:00` within a week, `2026-12-27 22:00` later. */
export function describeMoment(at: number, now: number, timeZone: string): string {
  const local = localTime(at, timeZone);
  const today = localTime(now, timeZone).date;
  const clock = `${String(Math.floor(local.minutes / 60)).padStart(2, "0")}:${String(local.minutes % 60).padStart(2, "0")}`;
  if (local.date === today) return clock;
  const weekday = WEEKDAYS[local.weekday] ?? "mon";
  return local.date < addDays(today, 7) ? `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${clock}` : `${local.date} ${clock}`;
}
