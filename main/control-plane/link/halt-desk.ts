import { AppError } from "#shared/errors/app-error.ts";
import type { GrantId, HostId } from "#shared/lib/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { HaltAnswer, HaltOrder } from "../rollout/host-link.ts";
import type { OpenLink } from "./open-link.ts";
import type { PresenceBoard } from "./presence-board.ts";

type Waiting = { readonly owing: Set<OpenLink>; readonly switching: GrantId[]; readonly settle: (answer: HaltAnswer) => void };

/**
 * Stops what has not begun and waits until the hosts say so. A host that does not answer in time is cut off: it is not
 * connected any more, and its lease ends by itself. Every live link of a host is asked, clones included.
 */
export class HaltDesk {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #presence: PresenceBoard;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock, ids: Ids, presence: PresenceBoard) {
    this.#clock = clock;
    this.#ids = ids;
    this.#presence = presence;
  }

  async halt(orders: readonly HaltOrder[], withinMs: number): Promise<ReadonlyMap<HostId, HaltAnswer>> {
    const answers = orders.map(async (order) => [order.hostId, await this.#one(order, withinMs)] as const);
    return new Map(await Promise.all(answers));
  }

  /** A host says that the halt has taken effect. */
  acknowledged(link: OpenLink, haltId: string, switching: readonly GrantId[]): void {
    const waiting = this.#waiting.get(haltId);
    if (waiting === undefined || !waiting.owing.delete(link)) return;
    waiting.switching.push(...switching);
    if (waiting.owing.size === 0) waiting.settle({ outcome: "acknowledged", switching: waiting.switching });
  }

  /** A link that is gone will not answer. */
  gone(link: OpenLink): void {
    for (const waiting of this.#waiting.values()) if (waiting.owing.has(link)) waiting.settle({ outcome: "cut" });
  }

  #one({ hostId, grants }: HaltOrder, withinMs: number): Promise<HaltAnswer> {
    const links = this.#presence.linksOf(hostId);
    if (links.length === 0) return Promise.resolve({ outcome: "absent" });
    const haltId = this.#ids.uuid();
    return new Promise((resolve) => {
      const waiting: Waiting = {
        owing: new Set(links),
        switching: [],
        settle: (answer) => {
          cancel();
          this.#waiting.delete(haltId);
          resolve(answer);
        },
      };
      const cancel = this.#clock.after(withinMs, () => this.#giveUp(waiting));
      this.#waiting.set(haltId, waiting);
      for (const link of links) link.send({ type: "halt", haltId, grants: [...grants] });
    });
  }

  #giveUp(waiting: Waiting): void {
    const owing = [...waiting.owing];
    waiting.settle({ outcome: "cut" });
    for (const link of owing) link.end(new AppError("REMOTE_TIMEOUT", "The host did not acknowledge a halt in time and was disconnected."));
  }
}
