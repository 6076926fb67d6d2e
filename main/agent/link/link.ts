import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "#shared/errors/app-error.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import type { AgentLogger } from "../logger.ts";
import type { HttpClient } from "../net/http-client.ts";
import { LinkSession, type LinkSessionPorts } from "./link-session.ts";
import type { LinkEnd, LinkTransport } from "./link-transport.ts";
import { openPolling } from "./poll-transport.ts";
import { nextLink } from "./retry-policy.ts";
import { openWebSocket, UpgradeRefused } from "./websocket-transport.ts";

/** What the link needs beside what its sessions need. */
export type LinkPorts = LinkSessionPorts & {
  readonly urls: readonly string[];
  readonly http: HttpClient;
  readonly logger: AgentLogger;
  readonly random: () => number;
};

/** A link that lasted this long makes the next wait a short one again. */
const STABLE_AFTER_MS = 30_000;

/**
 * The agent's one connection to its control plane.
 *
 *     closed ─open─▶ awaiting challenge ─▶ awaiting welcome ─▶ open ─▶ closed ─wait─▶ …
 *
 * Addresses are tried in order, each as a WebSocket and, where something lets none through, by polling. Waits grow with
 * failures, are jittered, and follow the window that a closing frame names.
 */
export class Link {
  readonly #ports: LinkPorts;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  /** Keeps a link open until aborted, or until the control plane says that coming back is pointless. */
  async run(signal: AbortSignal): Promise<void> {
    const { urls, logger, random } = this.#ports;
    let failures = 0;
    for (let index = 0; !signal.aborted; index += 1) {
      const beganMs = performance.now();
      const end = await this.#runOnce(urls[index % urls.length] ?? "", signal);
      if (signal.aborted) return;
      if (performance.now() - beganMs >= STABLE_AFTER_MS) failures = 0;
      const next = nextLink(end, failures, random());
      if (next.kind === "never")
        return logger.error({ reason: next.reason }, "The control plane does not want this host back; what serves goes on serving.");
      // A wait follows a whole round: the second address of a moved control plane should not wait for the first one's.
      const isRoundOver = (index + 1) % urls.length === 0 || end.bye !== undefined;
      logger.warn({ reason: end.reason, retryInMs: isRoundOver ? next.delayMs : 0 }, "There is no link to the control plane.");
      if (isRoundOver) {
        failures += 1;
        await sleep(next.delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #runOnce(baseUrl: string, signal: AbortSignal): Promise<LinkEnd> {
    const session = new LinkSession(this.#ports, baseUrl);
    try {
      const transport = await this.#open(baseUrl, session);
      session.begin(transport);
      const stop = (): void => transport.close("the agent stops");
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      const end = await transport.ended;
      signal.removeEventListener("abort", stop);
      return session.finish(end);
    } catch (thrown) {
      return session.finish({ reason: toAppError(thrown).message });
    }
  }

  async #open(baseUrl: string, session: LinkSession): Promise<LinkTransport> {
    const { http, logger } = this.#ports;
    const onFrame = (frame: ControlFrame): void => session.receive(frame);
    try {
      return await openWebSocket(baseUrl, http, onFrame, logger);
    } catch (thrown) {
      if (!(thrown instanceof UpgradeRefused)) throw thrown;
      logger.info({ status: thrown.details["status"] }, "No WebSocket gets through; the link is polled instead.");
      return openPolling(baseUrl, http, onFrame);
    }
  }
}
