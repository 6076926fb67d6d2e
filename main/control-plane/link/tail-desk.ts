import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, HostId } from "#shared/lib/ids.ts";
import { TAIL_MS, type TailedFrame } from "#shared/protocol/log-tail.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { OpenLink } from "./open-link.ts";
import type { PresenceBoard } from "./presence-board.ts";

/** A host that knows tails answers at once; one that has not by then does not know them. */
const ANSWER_MS = 10_000;
/** Pieces that a slow reader may leave waiting; then the oldest go. */
const MOST_WAITING = 64;

type Tail = {
  readonly link: OpenLink;
  readonly pieces: string[];
  isHeard: boolean;
  isOver: boolean;
  /** Why it is over, when that is neither the reader's doing nor the time's. */
  failure?: AppError;
  wake: () => void;
};

const REFUSALS = {
  "unknown-application": () =>
    new AppError(
      "NOT_FOUND",
      "The host knows no such application yet; there is nothing to follow. Nothing was installed of it there so far.",
    ),
  "too-many": () => new AppError("RATE_LIMITED", "As many people as the host allows follow logs of it already; nothing was followed."),
} as const satisfies Record<NonNullable<TailedFrame["refused"]>, () => AppError>;

/** Lets people follow what applications write: asks the host, hands on what comes, and ends with whoever watches. */
export class TailDesk {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #presence: Pick<PresenceBoard, "trusted">;
  readonly #tails = new Map<string, Tail>();

  constructor(clock: Clock, ids: Ids, presence: Pick<PresenceBoard, "trusted">) {
    this.#clock = clock;
    this.#ids = ids;
    this.#presence = presence;
  }

  /**
   * Follows a log until the host, the reader or the time ends it. Resolves when the host has answered.
   *
   * @param signal ends it, whether it is read or not.
   * @throws AppError REMOTE_UNREACHABLE when the host is not connected, or its link ends while it is followed, REMOTE_TIMEOUT
   *   when it does not answer, NOT_FOUND or RATE_LIMITED when it refuses.
   */
  async follow(hostId: HostId, applicationId: ApplicationId, signal: AbortSignal | undefined): Promise<AsyncGenerator<string>> {
    const link = this.#presence.trusted(hostId);
    if (link === undefined) throw new AppError("REMOTE_UNREACHABLE", "The host is not connected; its log cannot be followed.");
    const tailId = this.#ids.uuid();
    const tail: Tail = { link, pieces: [], isHeard: false, isOver: false, wake: () => undefined };
    this.#tails.set(tailId, tail);
    const end = (): void => {
      if (!this.#tails.delete(tailId)) return;
      finish(tail);
      link.send({ type: "tail", tailId, applicationId, forMs: 0 });
    };
    signal?.addEventListener("abort", end, { once: true });
    const cancel = this.#clock.after(ANSWER_MS, () => finish(tail));
    link.send({ type: "tail", tailId, applicationId, forMs: TAIL_MS });
    await changeOf(tail);
    cancel();
    if (tail.failure === undefined && (tail.isHeard || signal?.aborted === true)) return pieces(tail, end);
    end();
    if (tail.failure !== undefined) throw tail.failure;
    throw new AppError("REMOTE_TIMEOUT", "The host did not answer; its agent may be too old to be followed. Collect its log instead.");
  }

  /** A host sent a piece. One of a tail that is over, or of another host, is nothing. */
  heard(link: OpenLink, frame: TailedFrame): void {
    const tail = this.#tails.get(frame.tailId);
    if (tail?.link !== link) return;
    tail.isHeard = true;
    if (frame.text !== "") tail.pieces.push(frame.text);
    if (tail.pieces.length > MOST_WAITING) tail.pieces.shift();
    if (frame.refused !== undefined) tail.failure = REFUSALS[frame.refused]();
    if (frame.isOver === true) finish(tail);
    else tail.wake();
  }

  /** A link that is gone sends nothing more. */
  gone(link: OpenLink): void {
    for (const tail of this.#tails.values()) {
      if (tail.link !== link || tail.isOver) continue;
      tail.failure = new AppError("REMOTE_UNREACHABLE", "The link to the host ended; its log is not followed any more.");
      finish(tail);
    }
  }
}

function finish(tail: Tail): void {
  tail.isOver = true;
  tail.wake();
}

function changeOf(tail: Tail): Promise<void> {
  return new Promise((resolve) => {
    tail.wake = resolve;
    if (tail.isHeard || tail.isOver) resolve();
  });
}

async function* pieces(tail: Tail, end: () => void): AsyncGenerator<string> {
  try {
    for (;;) {
      const next = tail.pieces.shift();
      if (next !== undefined) yield next;
      else if (tail.failure !== undefined) throw tail.failure;
      else if (tail.isOver) return;
      else {
        await new Promise<void>((resolve) => {
          tail.wake = resolve;
        });
      }
    }
  } finally {
    end();
  }
}
