import type { GrantId, HostId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Logger } from "../ports/logger.ts";
import { restoreGrants, type StoppedGrants } from "./grants.ts";
import type { HaltAnswer, HostLink } from "./host-link.ts";

/** A host that has not acknowledged a halt after this long is cut off. */
export const HALT_WITHIN_MS = 2_000;

/** Grants that were taken back are remembered this many at a time, longer than any document needs to reach its link. */
const REMEMBERED = 50_000;

type Deps = { readonly store: Store; readonly logger: Logger; readonly link: () => HostLink };

/**
 * The second half of every stop: the grants are taken back in the transaction, then the hosts are told and
 * answer. When `carryOut` has answered, no connected host begins a download or a switch under these grants.
 */
export class Halts {
  readonly #deps: Deps;
  readonly #revoked = new Set<GrantId>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Whether the grant was taken back since this process started. For documents that were made before and are sent after. */
  wasRevoked(grantId: GrantId): boolean {
    return this.#revoked.has(grantId);
  }

  /** Sends the halts once the unit has committed, for stops that nobody waits for. */
  afterCommit(unit: WriteUnit, stopped: StoppedGrants): void {
    unit.afterCommit(() => {
      this.carryOut(stopped).catch((failure: unknown) => this.#deps.logger.error({ err: failure }, "a halt was not carried through"));
    });
  }

  /**
   * Sends the halts, waits for the hosts, and does then what follows at leisure, whether or not that went well: documents
   * and judgements of a thousand hosts take longer than their halts, and somebody waits for those.
   */
  async carryOutBefore(stopped: StoppedGrants, rest: () => void): Promise<void> {
    try {
      await this.carryOut(stopped);
    } finally {
      rest();
    }
  }

  /** Sends the halts and waits for the hosts. Switches that had begun get their grants back. */
  async carryOut({ orders, gone }: StoppedGrants): Promise<void> {
    if (orders.length === 0) return;
    for (const order of orders) this.#remember(order.grants);
    const link = this.#deps.link();
    const answers = await link.halt(orders, HALT_WITHIN_MS);
    link.notify(orders.map((order) => order.hostId));
    const begun = orders.flatMap((order) => order.grants.filter((id) => gone.has(id) && mayHaveBegun(id, answers, order.hostId)));
    if (begun.length === 0) return;
    await this.#deps.store.write((unit) => restoreGrants(unit, begun), { urgent: true });
    for (const id of begun) this.#revoked.delete(id);
  }

  #remember(grants: readonly GrantId[]): void {
    for (const id of grants) this.#revoked.add(id);
    for (const oldest of this.#revoked) {
      if (this.#revoked.size <= REMEMBERED) return;
      this.#revoked.delete(oldest);
    }
  }
}

/** A host that did not answer may be switching under a go that it had. */
function mayHaveBegun(grantId: GrantId, answers: ReadonlyMap<HostId, HaltAnswer>, hostId: HostId): boolean {
  const answer = answers.get(hostId);
  return answer?.outcome !== "acknowledged" || answer.switching.includes(grantId);
}
