import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { pollResponse, type PollResponse } from "#shared/protocol/polling.ts";
import type { EnrolledHost } from "./enrol.ts";
import { LoadAgent } from "./load-agent.ts";

/** Connects one agent by WebSocket; resolves when it has been greeted. */
export async function connectByLink(baseUrl: string, host: EnrolledHost): Promise<LoadAgent> {
  const agent = new LoadAgent(host);
  const socket = new WebSocket(baseUrl.replace(/^http/, "ws") + AGENT_PATHS.link, { perMessageDeflate: false });
  agent.carriedBy({ send: (text) => socket.send(text), close: () => socket.close() });
  socket.on("message", (data: Buffer) => agent.receiveText(data.toString("utf8")));
  socket.on("close", () => agent.lost(new Error("The link was closed.")));
  socket.on("error", (cause) => agent.lost(cause));
  await agent.opened;
  return agent;
}

const keepAlive = new Agent({ keepAlive: true, maxSockets: 512 });

/** One POST of JSON over a kept connection; the answer as text. */
export function post(url: string, body: string): Promise<string> {
  return new Promise((settle, fail) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(url, { method: "POST", agent: keepAlive, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => {
        const text = Buffer.concat(pieces).toString("utf8");
        if (response.statusCode === 200) settle(text);
        else fail(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/**
 * Connects one agent by polling: frames go in requests of their own, in order, and one empty request at a time waits
 * for what the control plane has to say, as the protocol asks (shared/protocol/polling.ts).
 */
export async function connectByPolling(baseUrl: string, host: EnrolledHost): Promise<LoadAgent> {
  const agent = new LoadAgent(host);
  const url = baseUrl + AGENT_PATHS.poll;
  const state = { isOpen: true, sending: Promise.resolve() };
  const fail = (cause: unknown): void => agent.lost(cause instanceof Error ? cause : new Error(String(cause)));
  const exchange = async (session: string, frames: string): Promise<PollResponse> => {
    const answer = pollResponse.parse(JSON.parse(await post(url, `{"v":1,${session}"frames":[${frames}]}`)));
    for (const frame of answer.frames) agent.receive(frame);
    return answer;
  };
  const ready = Promise.withResolvers<string>();
  agent.carriedBy({
    send: (text) => {
      state.sending = state.sending.then(async () => void (await exchange(await ready.promise, text))).catch(fail);
    },
    close: () => void (state.isOpen = false),
  });
  const { sessionId } = await exchange("", "");
  const session = `"sessionId":"${sessionId}",`;
  ready.resolve(session);
  const listen = async (): Promise<void> => {
    while (state.isOpen) await exchange(session, "");
  };
  listen().catch(fail);
  await agent.opened;
  return agent;
}
