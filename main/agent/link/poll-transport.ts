import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "#shared/errors/app-error.ts";
import type { AgentFrame } from "#shared/protocol/agent-frames.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import {
  MAX_POLL_BYTES,
  MAX_POLL_FRAMES,
  POLL_HOLD_MS,
  pollResponse,
  type PollRequest,
  type PollResponse,
} from "#shared/protocol/polling.ts";
import { urlAt } from "../net/control-plane-access.ts";
import { ANSWER_TIMEOUT_MS, type HttpClient } from "../net/http-client.ts";
import { readBody, toAnswerError } from "../net/read-body.ts";
import type { LinkEnd, LinkTransport, OnControlFrame } from "./link-transport.ts";

/** A server that answers empty requests at once is asked at most this often. */
const MIN_POLL_INTERVAL_MS = 1000;

async function exchange(http: HttpClient, url: URL, request: PollRequest, signal: AbortSignal): Promise<PollResponse> {
  const timeoutMs = request.frames.length === 0 ? POLL_HOLD_MS + ANSWER_TIMEOUT_MS : ANSWER_TIMEOUT_MS;
  const headers = { "Content-Type": "application/json" };
  const answer = await http.send(url, { method: "POST", headers, body: JSON.stringify(request), signal, timeoutMs });
  if (answer.status !== 200) throw await toAnswerError(answer, "the polled link");
  const document: unknown = JSON.parse((await readBody(answer.body, MAX_POLL_BYTES)).toString("utf8"));
  return pollResponse.parse(document);
}

/**
 * The link over plain requests, for networks that let no WebSocket through. One empty request is always held at the
 * control plane, so that its frames come at once; what the agent has to say goes in requests of its own. Any failure
 * ends the session: the next one starts from the challenge, so nothing that an answer lost is missed.
 */
class PollTransport implements LinkTransport {
  readonly ended: Promise<LinkEnd>;
  readonly #http: HttpClient;
  readonly #url: URL;
  readonly #onFrame: OnControlFrame;
  readonly #abort = new AbortController();
  #queue: AgentFrame[] = [];
  #isSending = false;
  #sessionId: string;
  #end: (end: LinkEnd) => void = () => undefined;

  constructor(http: HttpClient, url: URL, onFrame: OnControlFrame, sessionId: string) {
    this.#http = http;
    this.#url = url;
    this.#onFrame = onFrame;
    this.#sessionId = sessionId;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Takes in the first answer and begins to ask for more. */
  begin(first: PollResponse): void {
    this.#take(first);
    void this.#listen();
  }

  send(frame: AgentFrame): void {
    this.#queue.push(frame);
    void this.#flush();
  }

  close(reason: string): void {
    this.#abort.abort();
    this.#end({ reason });
  }

  #take(response: PollResponse): void {
    this.#sessionId = response.sessionId;
    for (const frame of response.frames) if (!this.#abort.signal.aborted) this.#onFrame(frame);
  }

  async #listen(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      const beganMs = performance.now();
      const response = await this.#exchange([]);
      if (response === undefined) return;
      this.#take(response);
      const tookMs = performance.now() - beganMs;
      if (response.frames.length === 0 && tookMs < MIN_POLL_INTERVAL_MS) await sleep(MIN_POLL_INTERVAL_MS - tookMs);
    }
  }

  async #flush(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#queue.length > 0 && !this.#abort.signal.aborted) {
      const response = await this.#exchange(this.#queue.splice(0, MAX_POLL_FRAMES));
      if (response !== undefined) this.#take(response);
    }
    this.#isSending = false;
  }

  async #exchange(frames: AgentFrame[]): Promise<PollResponse | undefined> {
    try {
      return await exchange(this.#http, this.#url, { v: 1, sessionId: this.#sessionId, frames }, this.#abort.signal);
    } catch (thrown) {
      this.close(toAppError(thrown).message);
      return undefined;
    }
  }
}

/** @throws AppError REMOTE_* when the control plane cannot be reached, or the error that it answered. */
export async function openPolling(baseUrl: string, http: HttpClient, onFrame: OnControlFrame): Promise<LinkTransport> {
  const url = urlAt(baseUrl, AGENT_PATHS.poll);
  const first = await exchange(http, url, { v: 1, frames: [] }, AbortSignal.timeout(POLL_HOLD_MS + ANSWER_TIMEOUT_MS));
  const transport = new PollTransport(http, url, onFrame, first.sessionId);
  // After this function has returned, so that whoever takes the first frame has the transport to answer on.
  setImmediate(() => transport.begin(first));
  return transport;
}
