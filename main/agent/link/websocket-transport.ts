import { WebSocket } from "ws";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS, LINK_CLOSE, MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import type { AgentLogger } from "../logger.ts";
import { urlAt } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import type { LinkEnd, LinkTransport, OnControlFrame } from "./link-transport.ts";
import { parseControlFrame } from "./parse-control-frame.ts";

const OPEN_TIMEOUT_MS = 10_000;
/** A ping goes out this often; a connection that did not answer the one before is dead. */
const PING_INTERVAL_MS = 20_000;

/** Thrown when something answered over HTTP but did not open a WebSocket: a proxy, or a server without them. */
export class UpgradeRefused extends AppError {
  constructor(status: number) {
    super("REMOTE_UNREACHABLE", `The control plane was reached, but no WebSocket could be opened (status ${status}).`, {
      details: { status },
    });
  }
}

function keepAlive(socket: WebSocket): () => void {
  let isAnswered = true;
  socket.on("pong", () => {
    isAnswered = true;
  });
  const timer = setInterval(() => {
    if (!isAnswered) return socket.terminate();
    isAnswered = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}

function receive(socket: WebSocket, text: string, onFrame: OnControlFrame, logger: AgentLogger): void {
  const parsed = parseControlFrame(text);
  switch (parsed.kind) {
    case "frame":
      return onFrame(parsed.frame);
    case "unknown":
      return logger.warn({ type: parsed.type }, "The control plane sent a frame that this agent does not know; it was passed over.");
    case "invalid":
      logger.error({ reason: parsed.reason }, "The control plane sent a frame that does not hold; the link is closed.");
      return socket.close(LINK_CLOSE.badFrame, "bad frame");
  }
}

function wrap(socket: WebSocket, onFrame: OnControlFrame, logger: AgentLogger): LinkTransport {
  const stopPings = keepAlive(socket);
  const ended = new Promise<LinkEnd>((resolve) => {
    socket.on("close", (closeCode, reason) => {
      stopPings();
      resolve({ closeCode, reason: reason.toString("utf8").slice(0, 200) || `closed with code ${closeCode}` });
    });
  });
  socket.on("message", (data, isBinary) => {
    // Frames are text. ws gives one Buffer per message (binaryType "nodebuffer"), bounded by maxPayload before it is whole.
    if (isBinary || !Buffer.isBuffer(data)) return socket.close(LINK_CLOSE.badFrame, "text frames only");
    return receive(socket, data.toString("utf8"), onFrame, logger);
  });
  return {
    ended,
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame), () => undefined);
    },
    close: (reason, code = 1000) => {
      socket.close(code, reason.slice(0, 100));
      setTimeout(() => socket.terminate(), 2000).unref();
    },
  };
}

/**
 * Opens the link as a WebSocket. Compression is off: frames are small, and a compressor per connection is what makes
 * servers of many agents large.
 *
 * @throws UpgradeRefused when HTTP answered; AppError REMOTE_UNREACHABLE or TRUST_CERTIFICATE_REFUSED (the pin) otherwise.
 */
export function openWebSocket(baseUrl: string, http: HttpClient, onFrame: OnControlFrame, logger: AgentLogger): Promise<LinkTransport> {
  const url = urlAt(baseUrl, AGENT_PATHS.link);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const agent = http.agentFor(url);
  return new Promise((resolve, reject) => {
    const options = { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, handshakeTimeout: OPEN_TIMEOUT_MS, followRedirects: false };
    const socket = new WebSocket(url, { ...options, ...(agent && { agent }) });
    // Listens before "open" returns, since the challenge may be in the same packet as the upgrade.
    const transport = wrap(socket, onFrame, logger);
    socket.once("open", () => resolve(transport));
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      reject(new UpgradeRefused(response.statusCode ?? 0));
    });
    socket.on("error", (thrown) => {
      const why =
        thrown instanceof AppError
          ? thrown
          : new AppError("REMOTE_UNREACHABLE", `${url.host} cannot be reached; there is no link.`, { cause: thrown });
      reject(why);
    });
  });
}
