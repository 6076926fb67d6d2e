const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** "now", "12 s ago", "5 m ago", "3 h ago", "2 d ago", or "in 5 m" for what is to come. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 5000) return "now";
  const amount = shortAmount(distance);
  return at > now ? `in ${amount}` : `${amount} ago`;
}

function shortAmount(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

const TIME_OF_DAY = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false } as const;
const DATE = { year: "numeric", month: "short", day: "numeric" } as const;

const ABSOLUTE = new Intl.DateTimeFormat(undefined, { ...DATE, ...TIME_OF_DAY, timeZoneName: "short" });

/** The point in time with its zone, for hover, for copying and for screen readers. */
export function absoluteTime(at: number): string {
  return ABSOLUTE.format(at);
}

const SHORT = new Intl.DateTimeFormat(undefined, { ...DATE, ...TIME_OF_DAY });

/** The point in time without its zone, for columns. Offer {@link absoluteTime} on hover. */
export function shortTime(at: number): string {
  return SHORT.format(at);
}

const CLOCK = new Intl.DateTimeFormat(undefined, TIME_OF_DAY);

/** The time of day alone, for rows that stand under their date. */
export function clockTime(at: number): string {
  return CLOCK.format(at);
}

const MINUTE_OF_DAY = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });

/** Hour and minute, for what ends within hours: "until 14:05". */
export function minuteTime(at: number): string {
  return MINUTE_OF_DAY.format(at);
}

const DAY_NAME = new Intl.DateTimeFormat(undefined, { weekday: "short", ...DATE });

/** The date alone, to group rows by. */
export function dayName(at: number): string {
  return DAY_NAME.format(at);
}
