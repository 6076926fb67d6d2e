import { setTimeout as sleep } from "node:timers/promises";

/** Lets time pass, or less when the signal ends it. Never rejects, and keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
