/** A wall-clock moment in some time zone: the date as `2026-12-24`, the weekday with Monday as 0, minutes since midnight. */
export type LocalTime = { readonly date: string; readonly weekday: number; readonly minutes: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

// Making a formatter costs a hundred times what using it costs; there are as many as time zones in use.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formatters.set(timeZone, made);
  return made;
}

/** Whether the text names a time zone that this environment knows, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(text: string): boolean {
  try {
    formatterOf(text);
    return text !== "";
  } catch {
    return false;
  }
}

/**
 * What clocks on the wall of `timeZone` show at `at` (epoch milliseconds).
 *
 * @throws RangeError for an unknown time zone; check it with {@link isTimeZone} where it comes in.
 */
export function localTime(at: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  const date = `${(parts.get("year") ?? "").padStart(4, "0")}-${parts.get("month") ?? ""}-${parts.get("day") ?? ""}`;
  return { date, weekday: weekdayOf(date), minutes: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
}

/** Monday is 0. */
function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The date `days` after `date`, both as `2026-12-24`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Minutes as if the local clock ran in UTC, so that two local moments compare as numbers. */
const linear = (local: LocalTime): number => Date.parse(`${local.date}T00:00:00Z`) / MINUTE_MS + local.minutes;

/**
 * The first instant (epoch milliseconds, whole minutes) at which clocks of `timeZone` show `minutes` after midnight of
 * `date` or later. A time that a spring change skips gives the moment of the change; one that an autumn change repeats
 * gives its first occurrence.
 */
export function instantOf(date: string, minutes: number, timeZone: string): number {
  const wanted = linear({ date, weekday: 0, minutes });
  const offsetAt = (minute: number): number => linear(localTime(minute * MINUTE_MS, timeZone)) - minute;
  const offsets = [offsetAt(wanted - 1440), offsetAt(wanted + 1440)];
  const earliest = wanted - Math.max(...offsets);
  let late = wanted - Math.min(...offsets);
  if (linear(localTime(earliest * MINUTE_MS, timeZone)) >= wanted) return earliest * MINUTE_MS;
  let early = earliest;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (linear(localTime(middle * MINUTE_MS, timeZone)) >= wanted) late = middle;
    else early = middle;
  }
  return late * MINUTE_MS;
}
