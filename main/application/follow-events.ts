import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { IpcEvent } from "#shared/protocol/application-ipc.ts";
import { EventLines, type StreamedEvent } from "./event-lines.ts";
import { RollcallError } from "./rollcall-error.ts";
import { isSuccess, readAnswer } from "./socket-request.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Follows a stream and opens it again when it ends, from where it ended; waits longer the longer nobody answers.
 *
 * @param open opens the stream after an event.
 * @throws RollcallError when the agent refuses it; what is not reachable is waited for.
 */
export async function* followEvents(
  open: (lastEventId: string | undefined) => Promise<IncomingMessage>,
  signal: AbortSignal | undefined,
): AsyncGenerator<IpcEvent, void, undefined> {
  let lastId: string | undefined;
  let waitMs = FIRST_WAIT_MS;
  while (signal?.aborted !== true) {
    const stream = await open(lastId).catch((thrown: unknown) => {
      if (signal?.aborted === true || (thrown instanceof RollcallError && thrown.code === "UNREACHABLE")) return undefined;
      throw thrown;
    });
    if (stream !== undefined) {
      if (!isSuccess(stream)) return void (await readAnswer(stream));
      waitMs = FIRST_WAIT_MS;
      for await (const { id, type, data } of eventsOf(stream)) {
        lastId = id ?? lastId;
        if (type !== "open") yield toEvent(type, data);
      }
    }
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { ...(signal && { signal }) }).catch(() => undefined);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
}

/** Ends with the stream, however that ends: what was missed is asked for again. */
async function* eventsOf(stream: IncomingMessage): AsyncGenerator<StreamedEvent, void, undefined> {
  const lines = new EventLines();
  try {
    stream.setEncoding("utf8");
    for await (const text of stream) yield* lines.take(String(text));
  } catch {
    return;
  } finally {
    stream.destroy();
  }
}

function toEvent(type: string, data: string): IpcEvent {
  const document: unknown = JSON.parse(data);
  // Why the cast: the agent writes the types of the same file that this is compiled with.
  return { type, ...(typeof document === "object" && document) } as IpcEvent;
}
