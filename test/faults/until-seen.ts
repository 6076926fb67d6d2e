import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 20_000;

/** Looks until what is seen is good, for a while: a program takes an instant from its start to what the system shows of it. */
export async function untilSeen<T>(
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
): Promise<{ readonly isSo: boolean; readonly last: T }> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const last = await look();
    if (isGood(last)) return { isSo: true, last };
    if (performance.now() > endsAt) return { isSo: false, last };
    await wait(20);
  }
}
