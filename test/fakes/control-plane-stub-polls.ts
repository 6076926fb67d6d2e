import { randomBytes } from "node:crypto";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { POLL_HOLD_MS, type PollRequest, type PollResponse } from "#shared/protocol/polling.ts";
import { StubSession, type StubMind } from "./control-plane-stub-session.ts";

type Polled = { readonly session: StubSession; frames: ControlFrame[]; wake: () => void };

/** The polling side of the link. */
export class StubPolls {
  readonly #mind: StubMind;
  readonly #sessions = new Map<string, Polled>();

  constructor(mind: StubMind) {
    this.#mind = mind;
  }

  /** Answers one request; undefined for a session that is unknown. */
  async serve(request: PollRequest): Promise<PollResponse | undefined> {
    if (request.sessionId === undefined) return this.#open();
    const polled = this.#sessions.get(request.sessionId);
    if (polled === undefined) return undefined;
    for (const frame of request.frames) polled.session.receive(frame);
    if (request.frames.length === 0 && polled.frames.length === 0) await this.#hold(polled);
    return { sessionId: request.sessionId, frames: polled.frames.splice(0) };
  }

  /** Forgets all sessions and lets held requests go. */
  end(): void {
    for (const polled of this.#sessions.values()) polled.wake();
    this.#sessions.clear();
  }

  #open(): PollResponse {
    const sessionId = randomBytes(24).toString("base64url");
    const frames: ControlFrame[] = [];
    const wire = {
      send: (frame: ControlFrame) => {
        frames.push(frame);
        this.#sessions.get(sessionId)?.wake();
      },
      close: () => void this.#sessions.delete(sessionId),
    };
    this.#sessions.set(sessionId, { session: new StubSession(this.#mind, wire), frames, wake: () => undefined });
    return { sessionId, frames: frames.splice(0) };
  }

  #hold(polled: Polled): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_HOLD_MS);
      polled.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
