import { setTimeout as wait } from "node:timers/promises";
import type { CoreClient } from "./core-facts.ts";
import { readActivity } from "./core-facts.ts";
import type { Activity } from "./core-messages.ts";

/** So long after a change the activity is read again: a burst of changes is one reading. */
const SETTLE_MS = 500;

/** Reports the activity now, and again after changes, until aborted. Says nothing when nothing in it changed. */
export async function followActivity(client: CoreClient, report: (activity: Activity) => void, signal: AbortSignal): Promise<void> {
  const changes = await client.system.events({}, { signal });
  let pending = true;
  let wake = (): void => {};
  const listen = async (): Promise<void> => {
    for await (const _change of changes) {
      pending = true;
      wake();
    }
  };
  const ended = listen().catch(() => undefined);
  let last = "";
  while (!signal.aborted) {
    if (!pending) await Promise.race([ended, new Promise<void>((settle) => (wake = settle))]);
    if (signal.aborted) return;
    pending = false;
    const activity = await readActivity(client);
    const text = JSON.stringify(activity);
    if (text !== last) report(activity);
    last = text;
    await wait(SETTLE_MS, undefined, { signal }).catch(() => undefined);
  }
}
