import type { HostId } from "#shared/lib/ids.ts";
import type { DocumentPair } from "#shared/protocol/agent-frames.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { HostSeam } from "../rollout/host-seam.ts";
import { desiredDigest, pairFor } from "./desired-pair.ts";
import { readLastDocument, writeLastDocument } from "./hot/link-rows.ts";
import type { OpenLink } from "./open-link.ts";
import { nextTurn } from "./paced.ts";
import type { PresenceBoard } from "./presence-board.ts";

/** Documents made at the same time; their writes share one commit. */
const AT_ONCE = 200;

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly seam: HostSeam;
  readonly presence: PresenceBoard;
  /** The epoch of this control plane's documents. */
  readonly epoch: () => number;
  readonly settings: () => { readonly quarantineMs: number };
};

/**
 * Brings desired documents to connected hosts. Any number of notes about one host become one look at it; a document is
 * sent when it differs from what this link was sent last, and its pair is committed before it is on the wire.
 *
 * A cloned host gets none, and one whose older link has not answered its probe waits for the verdict.
 */
export class DesiredCourier {
  readonly #deps: Deps;
  readonly #due = new Set<HostId>();
  readonly #sent = new WeakMap<OpenLink, string>();
  #running = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Their documents may have changed. */
  notify(hostIds: Iterable<HostId>): void {
    for (const hostId of hostIds) if (this.#deps.presence.trusted(hostId) !== undefined) this.#due.add(hostId);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#due.size > 0) {
      const batch = [...this.#due].slice(0, AT_ONCE);
      for (const hostId of batch) this.#due.delete(hostId);
      await Promise.all(batch.map((hostId) => this.#attempt(hostId)));
      if (batch.length === AT_ONCE) await nextTurn(this.#deps.clock);
    }
    this.#running = false;
  }

  async #attempt(hostId: HostId): Promise<void> {
    try {
      await this.#bring(hostId);
    } catch (failure) {
      // The host keeps what it has; the next report, notice or connection looks again.
      this.#deps.logger.error({ err: failure, hostId }, "a desired document was not made");
    }
  }

  async #bring(hostId: HostId): Promise<void> {
    const link = this.#deps.presence.trusted(hostId);
    if (link === undefined) return;
    const applications = await this.#deps.seam.desiredFor(hostId);
    const { quarantineMs } = this.#deps.settings();
    const digest = desiredDigest(applications, quarantineMs);
    if (this.#sent.get(link) === digest) return;
    const pair = await this.#commitPair(hostId, digest, link.applied);
    if (pair === undefined || this.#deps.presence.trusted(hostId) !== link) return;
    // A stop that came between the making and the sending: a grant that is gone must not follow its own halt.
    if (applications.some(({ grant }) => grant !== undefined && this.#deps.seam.wasRevoked(grant.grantId)))
      return void this.#due.add(hostId);
    this.#sent.set(link, digest);
    link.send({ type: "desired", pair, applications: [...applications], quarantineMs });
  }

  #commitPair(hostId: HostId, digest: string, applied: DocumentPair | undefined): Promise<DocumentPair | undefined> {
    return this.#deps.store.hot((raw) => {
      const last = readLastDocument(raw, hostId);
      if (last === undefined) return undefined;
      const pair = pairFor(last, digest, this.#deps.epoch(), applied);
      if (pair.epoch !== last.epoch || pair.revision !== last.revision || digest !== last.digest)
        writeLastDocument(raw, hostId, pair, digest);
      return pair;
    });
  }
}
