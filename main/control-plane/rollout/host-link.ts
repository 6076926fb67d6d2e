import type { GrantId, HostId } from "#shared/lib/ids.ts";

/**
 * How one host answered a halt. `switching` names grants whose switch had begun before the halt arrived; they run to
 * their end. `cut` hosts did not answer in time and were disconnected; `absent` hosts had no link.
 */
export type HaltAnswer =
  | { readonly outcome: "acknowledged"; readonly switching: readonly GrantId[] }
  | { readonly outcome: "cut" }
  | { readonly outcome: "absent" };

/** What one host has to stop: every download and switch of these grants that has not begun. */
export type HaltOrder = { readonly hostId: HostId; readonly grants: readonly GrantId[] };

/**
 * The way to connected hosts, served by the agent link. Calls about a host without a link do nothing; nothing here
 * fails because a host is gone, and what was not delivered is asked for again when the host connects.
 */
export type HostLink = {
  /** Their desired documents may have changed: asks `desiredFor` for each that is connected and sends what it says. */
  notify(hostIds: readonly HostId[]): void;
  /** Sends the go for one switch. Called after the go is committed; sent again when the host reports `staged` again. */
  sendGo(hostId: HostId, grantId: GrantId, leaseMs: number): void;
  /**
   * Sends halts and waits for the acknowledgements, at most `withinMs`; then cuts the links of those who owe theirs.
   * Answers for every order, in any order.
   */
  halt(orders: readonly HaltOrder[], withinMs: number): Promise<ReadonlyMap<HostId, HaltAnswer>>;
};
