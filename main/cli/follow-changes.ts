import { setTimeout as sleep } from "node:timers/promises";
import { asClientError } from "#main/client/contract-client.ts";
import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { LiveEvent } from "#shared/contract/system.ts";
import type { CommandContext } from "./command.ts";

/** Something that goes on without us, which a person watches. */
export type Followed<T> = {
  readonly read: () => Promise<T>;
  /** Whether it has come to an end, or stands until somebody does something. */
  readonly isSettled: (seen: T) => boolean;
  readonly show: (seen: T) => void;
  /** Whether an event may have changed it. */
  readonly isAbout: (event: LiveEvent) => boolean;
};

/** A control plane that restarts is back within this many tries. */
const MAX_TRIES = 12;
const RETRY = { baseMs: 250, capMs: 5000 };

/**
 * Follows it until it has settled, and answers how it stands then. A connection that ends on the way is opened again.
 *
 * @throws AppError what reading it failed with, and what the connection failed with again and again.
 */
export async function followChanges<T>(context: CommandContext, followed: Followed<T>): Promise<T> {
  const { output, signal, target } = context;
  const { isSettled } = followed;
  let last: T = await followed.read();
  for (let tries = 0; !isSettled(last); tries += 1) {
    try {
      await followOnce(context, followed, (seen) => {
        tries = 0;
        last = seen;
        followed.show(seen);
      });
    } catch (thrown) {
      const failure = asClientError(thrown, target.url);
      if (signal.aborted || !failure.retryable || tries >= MAX_TRIES) throw failure;
      output.progress(`${failure.message} Trying again.`);
    }
    if (!isSettled(last)) await sleep(backoffCeilingMs(RETRY, tries), undefined, { signal });
  }
  output.progressEnd();
  return last;
}

/** Shows it, and again after each change, until it has settled or the stream of changes ends. */
async function followOnce<T>({ client, signal }: CommandContext, followed: Followed<T>, show: (seen: T) => void): Promise<void> {
  const events = await client.system.events({}, { signal });
  try {
    for (let isOpen = true; isOpen;) {
      const seen = await followed.read();
      show(seen);
      if (followed.isSettled(seen)) return;
      isOpen = await nextChange(events, followed.isAbout);
    }
  } finally {
    await events.return(undefined);
  }
}

/** Waits for an event about it, or one that says to read everything again; false when the stream has ended. */
async function nextChange(events: AsyncIterator<LiveEvent, unknown>, isAbout: (event: LiveEvent) => boolean): Promise<boolean> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return false;
    if (isAbout(next.value) || next.value.topic === "live.restarted") return true;
  }
}
