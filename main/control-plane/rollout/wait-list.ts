import type { Hold } from "#shared/domain/rollout/hold.ts";
import { holdEndsBy } from "#shared/domain/rollout/hold.ts";
import type { HostId, SubscriptionId } from "#shared/lib/ids.ts";
import type { Cancel, Clock } from "../ports/clock.ts";

/** Hosts that are asked again at one moment; more than any cap lets through at once, few enough not to block others. */
const WAKE_AT_ONCE = 200;

/** When more hosts wait than are woken at once, the rest follows after this long. */
const REST_AFTER_MS = 250;

type Waiter = { readonly endsBy: "time" | "slot"; readonly until: number };

/**
 * Connected hosts that the pace of their policy holds: who is asked again when a slot is free or a window opens. Kept in
 * memory, since a host that reconnects asks anyway.
 */
export class WaitList {
  readonly #clock: Clock;
  readonly #wake: (hostIds: readonly HostId[]) => void;
  readonly #waiting = new Map<SubscriptionId, Map<HostId, Waiter>>();
  #cancel: Cancel = () => undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, wake: (hostIds: readonly HostId[]) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Notes what a host was told. Holds that an act ends are not waited for here: whoever acts tells the hosts. */
  note(subscriptionId: SubscriptionId, hostId: HostId, hold: Hold | undefined): void {
    const endsBy = hold === undefined ? "act" : holdEndsBy(hold.code);
    if (hold === undefined || endsBy === "act") {
      this.#waiting.get(subscriptionId)?.delete(hostId);
      return;
    }
    const until = this.#clock.now() + hold.retryAfterMs;
    const hosts = this.#waiting.get(subscriptionId) ?? new Map<HostId, Waiter>();
    this.#waiting.set(subscriptionId, hosts);
    hosts.set(hostId, { endsBy, until });
    this.#schedule(until);
  }

  /** A slot of the subscription may be free: the hosts that have waited longest for one are asked. */
  slotFreed(subscriptionId: SubscriptionId): void {
    const hosts = this.#waiting.get(subscriptionId);
    if (hosts === undefined) return;
    const woken = [...hosts].filter(([, waiter]) => waiter.endsBy === "slot").slice(0, WAKE_AT_ONCE);
    this.#wakeUp(
      hosts,
      woken.map(([hostId]) => hostId),
    );
  }

  /** Forgets everybody and stops the clock. */
  stop(): void {
    this.#cancel();
    this.#waiting.clear();
  }

  #schedule(until: number): void {
    if (until >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = until;
    this.#cancel = this.#clock.after(Math.max(0, until - this.#clock.now()), () => this.#due());
  }

  #due(): void {
    const now = this.#clock.now();
    this.#dueAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const hosts of this.#waiting.values()) {
      const due = [...hosts].filter(([, waiter]) => waiter.until <= now).map(([hostId]) => hostId);
      this.#wakeUp(hosts, due.slice(0, WAKE_AT_ONCE));
      if (due.length > WAKE_AT_ONCE) next = Math.min(next, now + REST_AFTER_MS);
      for (const waiter of hosts.values()) if (waiter.until > now) next = Math.min(next, waiter.until);
    }
    if (next !== Number.POSITIVE_INFINITY) this.#schedule(next);
  }

  #wakeUp(hosts: Map<HostId, Waiter>, hostIds: readonly HostId[]): void {
    for (const hostId of hostIds) hosts.delete(hostId);
    if (hostIds.length > 0) this.#wake(hostIds);
  }
}
