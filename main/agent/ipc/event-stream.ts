import type { ServerResponse } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";
import { IPC_LIMITS } from "#shared/protocol/application-ipc.ts";
import type { EventFeed, NumberedEvent } from "./event-feed.ts";

/** A stream that has nothing to tell says so this often, so that either side finds out that the other is gone. */
const ALIVE_MS = 15_000;
/** What a reader may fall behind before it is cut; it comes back and asks for what it missed. */
const MAX_BEHIND_BYTES = 65_536;

const open = new WeakMap<EventFeed, number>();

/**
 * Writes events as they come, as `text/event-stream`. A reader that does not read is cut, never waited for.
 *
 * @throws AppError RATE_LIMITED when the application follows its events too many times over.
 */
export function streamEvents(feed: EventFeed, response: ServerResponse, lastId: string | undefined, signal: AbortSignal): void {
  const others = open.get(feed) ?? 0;
  if (others >= IPC_LIMITS.streams)
    throw new AppError("RATE_LIMITED", `The application follows its events ${IPC_LIMITS.streams} times already; close one of them first.`);
  open.set(feed, others + 1);
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const write = (text: string): void => {
    if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
    else response.write(text);
  };
  // Tells where the stream begins, so that who is cut before the first event misses none.
  if (lastId === undefined) write(`id: ${feed.position}\nevent: open\ndata: {}\n\n`);
  else write(": again\n\n");
  const unfollow = feed.follow(lastId, (event) => write(toText(event)));
  const timer = setInterval(() => (response.writableNeedDrain ? response.destroy() : write(": alive\n\n")), ALIVE_MS);
  timer.unref();
  signal.addEventListener(
    "abort",
    () => {
      clearInterval(timer);
      unfollow();
      open.set(feed, (open.get(feed) ?? 1) - 1);
    },
    { once: true },
  );
}

function toText({ id, event }: NumberedEvent): string {
  const { type, ...data } = event;
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
