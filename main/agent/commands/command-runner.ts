import { toAppError } from "#shared/errors/app-error.ts";
import { assertNever } from "#shared/lib/assert-never.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import type { AgentLogger } from "../logger.ts";
import type { Outbox } from "../reports/outbox.ts";
import type { ApplicationUnit } from "../update/application-unit.ts";
import { isLive } from "../update/lease.ts";
import type { CommandEntry, CommandJournal } from "./command-journal.ts";

type CommandFrame = Extract<ControlFrame, { type: "command" }>;
type Outcome = Omit<Extract<ReportBody, { kind: "command" }>, "kind" | "at" | "commandId">;

/** What commands need. */
export type CommandPorts = {
  readonly journal: CommandJournal;
  readonly outbox: Outbox;
  readonly machineBoot: string | undefined;
  readonly logger: AgentLogger;
  readonly findUnit: (applicationId: string) => ApplicationUnit | undefined;
  readonly now: () => number;
  readonly nowMs: () => number;
};

/**
 * Carries out commands once each, however often their frames arrive and whenever the agent is killed. Reading logs and
 * lifting a quarantine may run again without harm; a restart that was begun is judged by whether the process is another
 * one by now.
 *
 *     accepted ─▶ begun (restart only) ─▶ done           too late ─▶ done, reported expired
 */
export class CommandRunner {
  readonly #ports: CommandPorts;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
  }

  /** Takes a command into the journal. When this resolves it may be acknowledged; `start` then carries it out. */
  async accept(frame: CommandFrame, receivedAtMs: number): Promise<CommandEntry | undefined> {
    const { journal, machineBoot } = this.#ports;
    if (journal.has(frame.commandId)) return undefined;
    const { commandId, body, ttlMs } = frame;
    const entry: CommandEntry = {
      commandId,
      body,
      receivedAtMs,
      ttlMs,
      ...(machineBoot !== undefined && { machineBoot }),
      state: "accepted",
    };
    await journal.put(entry);
    return entry;
  }

  /** Goes on with what an earlier run of the agent left open. The units must be serving by now. */
  async resume(): Promise<void> {
    for (const entry of this.#ports.journal.open) await this.start(entry);
  }

  /** Carries a command out and reports how it went. Never throws. */
  async start(entry: CommandEntry): Promise<void> {
    const { journal, outbox, logger, now } = this.#ports;
    try {
      if (!outbox.hasCommandReport(entry.commandId)) {
        const outcome = entry.state === "accepted" && this.#isExpired(entry) ? EXPIRED : await this.#execute(entry);
        await outbox.append({ kind: "command", at: now(), commandId: entry.commandId, ...outcome });
      }
      await journal.put({ ...entry, state: "done" });
    } catch (thrown) {
      logger.error(
        { err: thrown, commandId: entry.commandId },
        "The outcome of a command could not be written down; the next start of the agent goes on with it.",
      );
    }
  }

  #isExpired(entry: CommandEntry): boolean {
    const { machineBoot, nowMs } = this.#ports;
    const isThisBoot = entry.machineBoot === machineBoot && (machineBoot !== undefined || entry.receivedAtMs <= nowMs());
    return !isThisBoot || !isLive({ receivedAtMs: entry.receivedAtMs, leaseMs: entry.ttlMs }, nowMs());
  }

  async #execute(entry: CommandEntry): Promise<Outcome> {
    const { body } = entry;
    const unit = this.#ports.findUnit(body.applicationId);
    if (unit === undefined) return { outcome: "failed", message: "This host knows no such application; nothing was done." };
    try {
      switch (body.kind) {
        case "restart":
          return await this.#restart(entry, unit);
        case "collect-logs":
          return { outcome: "done", message: "The last of the application's output.", output: await unit.readLog(body.maxBytes) };
        case "lift-quarantine":
          await unit.liftQuarantine(body.releaseId);
          return { outcome: "done", message: "The release may be installed here again." };
        default:
          return assertNever(body);
      }
    } catch (thrown) {
      return { outcome: "failed", message: toAppError(thrown).message.slice(0, 500) };
    }
  }

  async #restart(entry: CommandEntry, unit: ApplicationUnit): Promise<Outcome> {
    const done: Outcome = { outcome: "done", message: "The application was stopped in order and started again." };
    const present = unit.processIdentity;
    if (entry.state === "begun" && present !== undefined && present !== entry.processBefore) return done;
    await this.#ports.journal.put({ ...entry, state: "begun", ...(present !== undefined && { processBefore: present }) });
    return (await unit.restart())
      ? done
      : { outcome: "failed", message: "Nothing of this application runs here; there was nothing to restart." };
  }
}

const EXPIRED: Outcome = { outcome: "expired", message: "The command came too late to be carried out; nothing was done." };
