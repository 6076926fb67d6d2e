import type { Clock } from "../ports/clock.ts";

/** Frames written before others get their turn of the event loop (measured: halves the median of a large fan-out). */
export const FAN_OUT_CHUNK = 500;

/** Does `work` for every item, giving way after each chunk, so that a pause or a report never waits behind a fan-out. */
export async function paced<T>(clock: Clock, items: Iterable<T>, work: (item: T) => void, chunk = FAN_OUT_CHUNK): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if (done % chunk === 0) await nextTurn(clock);
  }
}

/** Resolves in a later turn of the event loop. */
export function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(0, resolve);
  });
}
