import { assertNever } from "#shared/lib/assert-never.ts";
import type { AgentFrame } from "#shared/protocol/agent-frames.ts";
import type { CommandRunner } from "./commands/command-runner.ts";
import type { OpenLinkFrame } from "./link/link-session.ts";
import type { AgentLogger } from "./logger.ts";
import type { LogTails } from "./reports/log-tails.ts";
import type { Outbox } from "./reports/outbox.ts";
import type { DesiredStore } from "./state/desired-store.ts";
import type { ApplicationUnits } from "./update/application-units.ts";

/** What frames act on. */
export type FramePorts = {
  readonly desired: DesiredStore;
  readonly units: ApplicationUnits;
  readonly tails: Pick<LogTails, "take">;
  readonly commands: CommandRunner;
  readonly outbox: Outbox;
  readonly logger: AgentLogger;
  readonly nowMs: () => number;
  /** Reaches the control plane while there is a link. */
  readonly send: (frame: AgentFrame) => void;
  /** Ends the link, so that everything that was not acknowledged comes again on the next one. */
  readonly startOver: () => void;
  readonly renewAccess: (token: string, ttlMs: number) => void;
};

const NOT_APPLIED = {
  older: "An older desired document came; it was not applied.",
  implausible: "A desired document came that counts absurdly far ahead; it was not applied.",
} as const;

type FrameOf<K extends OpenLinkFrame["type"]> = Extract<OpenLinkFrame, { type: K }>;

/**
 * Acts on the frames of an open link, one after another in the order in which they came: a halt finds every document
 * before it applied, and a go that was sent before a halt is over when the halt is acknowledged. What lasts (carrying
 * out a command, preparing a release) is begun here and goes on beside the frames.
 *
 * "Acknowledged" means durable: each ack follows the write that it speaks of.
 */
export class ControlFrameHandler {
  readonly #ports: FramePorts;
  #queue: Promise<void> = Promise.resolve();

  constructor(ports: FramePorts) {
    this.#ports = ports;
  }

  /** Takes a frame. Leases in it count from this call. */
  receive(frame: OpenLinkFrame): void {
    const receivedAtMs = this.#ports.nowMs();
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#handle(frame, receivedAtMs);
      } catch (thrown) {
        // Not acknowledged, so it comes again with the next link; with this one it never would.
        this.#ports.logger.error({ err: thrown, type: frame.type }, "A frame of the control plane could not be carried out.");
        this.#ports.startOver();
      }
    });
  }

  /** Resolves when all frames taken so far have been acted on. */
  idle(): Promise<void> {
    return this.#queue;
  }

  async #handle(frame: OpenLinkFrame, receivedAtMs: number): Promise<void> {
    const { outbox, units, tails, renewAccess } = this.#ports;
    switch (frame.type) {
      case "desired":
        return this.#applyDesired(frame, receivedAtMs);
      case "go":
        return units.go(frame.grantId, { receivedAtMs, leaseMs: frame.leaseMs });
      case "halt":
        return this.#halt(frame);
      case "command":
        return this.#command(frame, receivedAtMs);
      case "report-ack":
        return outbox.acknowledge(frame.boot, frame.sequence);
      case "tail":
        return tails.take(frame);
      case "access":
        return renewAccess(frame.accessToken, frame.accessTokenTtlMs);
      default:
        return assertNever(frame);
    }
  }

  async #applyDesired(frame: FrameOf<"desired">, receivedAtMs: number): Promise<void> {
    const { desired, units, send, logger } = this.#ports;
    const outcome = await desired.apply(frame, receivedAtMs);
    if (outcome === "older" || outcome === "implausible")
      return logger.warn({ pair: frame.pair, applied: desired.current?.frame.pair }, NOT_APPLIED[outcome]);
    send({ type: "ack", of: "desired", pair: frame.pair });
    if (desired.current !== undefined) await units.setDesired(desired.current);
  }

  async #halt(frame: FrameOf<"halt">): Promise<void> {
    const { units, send, logger } = this.#ports;
    const switching = await units.halt(frame.grants);
    send({ type: "ack", of: "halt", haltId: frame.haltId, switching });
    logger.info({ haltId: frame.haltId, switching }, "Halted.");
  }

  async #command(frame: FrameOf<"command">, receivedAtMs: number): Promise<void> {
    const { commands, send } = this.#ports;
    const entry = await commands.accept(frame, receivedAtMs);
    send({ type: "ack", of: "command", commandId: frame.commandId });
    if (entry !== undefined) void commands.start(entry);
  }
}
