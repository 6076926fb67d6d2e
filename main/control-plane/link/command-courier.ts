import { commandId, type CommandId, type HostId } from "#shared/lib/ids.ts";
import { commandBody, type CommandBody } from "#shared/protocol/control-frames.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { expireCommands, writeCommandAcknowledged, writeCommandSent } from "./hot/command-rows.ts";
import type { LiveNotices } from "./live-notices.ts";
import type { Tally } from "../metrics/tally.ts";
import type { OpenLink } from "./open-link.ts";
import { FAN_OUT_CHUNK, nextTurn } from "./paced.ts";
import type { PresenceBoard } from "./presence-board.ts";

/** One order to one host. `ttlMs` counts from the commit; after it nobody carries the order out. */
export type CommandOrder = {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly body: CommandBody;
  readonly ttlMs: number;
  readonly actor: string;
};

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly presence: PresenceBoard;
  readonly notices: LiveNotices;
  readonly tally: Tally;
};

type Pending = { readonly id: CommandId; readonly hostId: HostId; readonly body: CommandBody; readonly expiresAt: number };

/**
 * Commands are rows before they are frames, and are sent again on every connection until the host has acknowledged them
 * ("durable here") or they have expired: at least once on the wire, made once by the agent's journal.
 */
export class CommandCourier {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Writes the rows within the caller's transaction, who also records who ordered it; the frames follow its commit.
   * Answers the ids in order.
   */
  async issue(unit: WriteUnit, orders: readonly CommandOrder[]): Promise<readonly CommandId[]> {
    const pending = orders.map((order) => ({ ...order, id: commandId.parse(this.#deps.ids.uuid()), expiresAt: unit.now + order.ttlMs }));
    for (let from = 0; from < pending.length; from += FAN_OUT_CHUNK) {
      await unit.db
        .insertInto("commands")
        .values(pending.slice(from, from + FAN_OUT_CHUNK).map((one) => newRow(one, unit.now)))
        .execute();
    }
    unit.afterCommit(() => {
      this.#deps.tally.add("rollcall_commands_total", { event: "issued" }, pending.length);
      for (const { hostId, fleetId, id } of pending)
        this.#deps.notices.add({ topic: "command.issued", ids: { hostId, commandId: id }, fleetId });
      void this.#deliver(pending);
    });
    return pending.map((one) => one.id);
  }

  /** Sends what the host of this link has not acknowledged yet. */
  async resend(link: OpenLink): Promise<void> {
    const rows = await this.#deps.store.read
      .selectFrom("commands")
      .select(["id", "hostId", "body", "expiresAt"])
      .where("hostId", "=", link.hostId)
      .where("finishedAt", "is", null)
      .where("acknowledgedAt", "is", null)
      .orderBy("createdAt")
      .execute();
    const pending = rows.map((row) => ({
      id: commandId.parse(row.id),
      hostId: link.hostId,
      body: commandBody.parse(JSON.parse(row.body)),
      expiresAt: row.expiresAt,
    }));
    await this.#deliver(pending);
  }

  /** The command is in the host's journal. */
  async acknowledged(link: OpenLink, id: CommandId): Promise<void> {
    const isNews = await this.#deps.store.hot((raw) => writeCommandAcknowledged(raw, link.hostId, id, this.#deps.clock.now()));
    if (isNews) this.#notice(link, id, "acknowledged");
  }

  /** Its outcome has been committed. */
  finished(link: OpenLink, id: CommandId): void {
    this.#notice(link, id, "finished");
  }

  /** Ends what nobody took in time. */
  async expireDue(): Promise<void> {
    await this.#deps.store.hot((raw) => expireCommands(raw, this.#deps.clock.now()));
  }

  #notice(link: OpenLink, id: CommandId, event: "acknowledged" | "finished"): void {
    this.#deps.tally.add("rollcall_commands_total", { event });
    this.#deps.notices.add({ topic: `command.${event}`, ids: { hostId: link.hostId, commandId: id }, fleetId: link.fleetId });
  }

  async #deliver(pending: readonly Pending[]): Promise<void> {
    try {
      for (let from = 0; from < pending.length; from += FAN_OUT_CHUNK) {
        if (from > 0) await nextTurn(this.#deps.clock);
        const sent = pending.slice(from, from + FAN_OUT_CHUNK).filter((one) => this.#send(one));
        if (sent.length === 0) continue;
        this.#deps.tally.add("rollcall_commands_total", { event: "sent" }, sent.length);
        const now = this.#deps.clock.now();
        await this.#deps.store.hot((raw) =>
          writeCommandSent(
            raw,
            sent.map((one) => one.id),
            now,
          ),
        );
      }
    } catch (failure) {
      this.#deps.logger.error({ err: failure }, "commands were not noted as sent; they are sent again on the next connection");
    }
  }

  #send({ id, hostId, body, expiresAt }: Pending): boolean {
    const link = this.#deps.presence.trusted(hostId);
    const ttlMs = expiresAt - this.#deps.clock.now();
    if (link === undefined || ttlMs <= 0) return false;
    link.send({ type: "command", commandId: id, ttlMs, body });
    return true;
  }
}

function newRow(order: Pending & { readonly actor: string }, now: number) {
  const { id, hostId, body, actor, expiresAt } = order;
  const open = { sentAt: null, acknowledgedAt: null, finishedAt: null, outcome: null, message: null, output: null };
  return { id, hostId, body: JSON.stringify(body), createdAt: now, createdBy: actor, expiresAt, ...open };
}
