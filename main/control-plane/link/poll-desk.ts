import { AppError } from "#shared/errors/app-error.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { MAX_POLL_FRAMES, POLL_HOLD_MS, POLL_SESSION_IDLE_MS, type PollRequest, type PollResponse } from "#shared/protocol/polling.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { LinkSession } from "./link-session.ts";
import type { LinkSocket } from "../ports/link-socket.ts";

/** Polling sessions at one time; each costs a few kilobytes and anyone may open one. */
const MAX_SESSIONS = 20_000;

type OpenSession = (socket: LinkSocket, remote: string) => LinkSession;

/**
 * The long-poll fallback: the frames of a link over requests and answers (shared/protocol/polling.ts). A session lives
 * for as long as requests come; nothing here is durable, since reports and commands are.
 */
export class PollDesk {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #open: OpenSession;
  readonly #sessions = new Map<string, PolledLink>();

  constructor(clock: Clock, ids: Ids, open: OpenSession) {
    this.#clock = clock;
    this.#ids = ids;
    this.#open = open;
  }

  /**
   * Serves one request. `signal` fires when its sender hung up.
   *
   * @throws AppError TRANSPORT_CLOSED for a session that is unknown or over; INPUT_INVALID when the first request
   *   carries frames; RATE_LIMITED when there are too many sessions.
   */
  async serve(request: PollRequest, remote: string, signal: AbortSignal): Promise<PollResponse> {
    if (request.sessionId === undefined) return this.#begin(request, remote);
    const polled = this.#sessions.get(request.sessionId);
    if (polled === undefined) throw new AppError("TRANSPORT_CLOSED", "This polling session is over; nothing was taken. Open a new one.");
    polled.touched();
    for (const frame of request.frames) await polled.session.receiveFrame(frame);
    if (request.frames.length === 0) await polled.wait(POLL_HOLD_MS, signal);
    // An answer to someone who hung up would lose its frames; they go with the next request.
    return { sessionId: request.sessionId, frames: signal.aborted ? [] : polled.take() };
  }

  /** Ends sessions whose agents have gone. */
  sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const polled of this.#sessions.values()) {
      if (nowMs - polled.touchedAtMs > POLL_SESSION_IDLE_MS) {
        polled.forget();
        polled.session.closed();
      }
    }
  }

  #begin(request: PollRequest, remote: string): PollResponse {
    if (request.frames.length > 0)
      throw new AppError("INPUT_INVALID", "The first request of a polling session carries no frames; nothing was taken.");
    if (this.#sessions.size >= MAX_SESSIONS) throw new AppError("RATE_LIMITED", "Too many polling sessions are open; none was opened.");
    const sessionId = this.#ids.secret();
    const polled = new PolledLink(this.#clock, () => this.#sessions.delete(sessionId));
    this.#sessions.set(sessionId, polled);
    polled.session = this.#open(polled, remote);
    return { sessionId, frames: polled.take() };
  }
}

/** One session: a socket whose far end fetches what was sent. */
class PolledLink implements LinkSocket {
  readonly #clock: Clock;
  readonly #forget: () => void;
  #outbox: { readonly frame: ControlFrame; readonly bytes: number }[] = [];
  #bufferedBytes = 0;
  #wake: (() => void) | undefined;
  #isClosed = false;
  #session: LinkSession | undefined;
  touchedAtMs: number;

  constructor(clock: Clock, forget: () => void) {
    this.#clock = clock;
    this.#forget = forget;
    this.touchedAtMs = clock.monotonicMs();
  }

  set session(session: LinkSession) {
    this.#session = session;
  }

  get session(): LinkSession {
    if (this.#session === undefined) throw new TypeError("a polled link is used before its session was set");
    return this.#session;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** A request came: the far end lives. */
  touched(): void {
    this.touchedAtMs = this.#clock.monotonicMs();
    this.session.alive();
  }

  send(text: string): void {
    // Why the cast: the session has just written this text from a ControlFrame.
    this.#outbox.push({ frame: JSON.parse(text) as ControlFrame, bytes: text.length });
    this.#bufferedBytes += text.length;
    this.#wake?.();
  }

  /** What is left in the outbox, the farewell among it, is still fetched by the next request. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  probe(): void {
    // Nothing to send: only a request that comes from now on is a sign of life.
  }

  /** Drops the session; its id is unknown from now on. */
  forget(): void {
    this.#forget();
    this.#wake?.();
  }

  /** Resolves when there is something to send, the session is over, another request took over, or the hold has passed. */
  wait(holdMs: number, signal: AbortSignal): Promise<void> {
    this.#wake?.();
    if (this.#outbox.length > 0 || this.#isClosed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        if (this.#wake === done) this.#wake = undefined;
        resolve();
      };
      const cancel = this.#clock.after(holdMs, done);
      signal.addEventListener("abort", done, { once: true });
      this.#wake = done;
    });
  }

  /** The next frames, oldest first. Once the farewell is fetched the session is over. */
  take(): ControlFrame[] {
    const taken = this.#outbox.splice(0, MAX_POLL_FRAMES);
    for (const { bytes } of taken) this.#bufferedBytes -= bytes;
    if (this.#isClosed && this.#outbox.length === 0) this.forget();
    return taken.map(({ frame }) => frame);
  }
}
