import { LINK_CLOSE } from "#shared/protocol/limits.ts";
import { backoffDelayMs } from "#main/node/backoff.ts";
import type { LinkEnd } from "./link-transport.ts";

/** When to open the next link; `never` ends the agent's asking, not the agent. */
export type NextLink = { readonly kind: "after"; readonly delayMs: number } | { readonly kind: "never"; readonly reason: string };

const USUAL = { baseMs: 500, capMs: 60_000 };
/** Where asking again is not expected to help soon: another machine holds the identity, or versions do not fit. */
const SLOW = { fromMs: 5 * 60_000, toMs: 10 * 60_000 };
const SLOW_CODES: ReadonlySet<number> = new Set([LINK_CLOSE.cloned, LINK_CLOSE.unsupported]);

/** No control plane means a host to stay away for longer; one that was stolen may. */
const MAX_AWAY_MS = 60 * 60_000;

const within = (fromMs: number, toMs: number, random: number): number => Math.round(fromMs + Math.max(0, toMs - fromMs) * random);

/**
 * When to come back after a link ended. The control plane's word goes first: its window spreads thousands of agents as
 * it can bear them, within an hour. A revoked host stops asking; one that waits for approval asks on, since a person may
 * come any time.
 *
 * @param failures links in a row that did not last.
 * @param random a number in [0, 1).
 */
export function nextLink(end: LinkEnd, failures: number, random: number): NextLink {
  const { bye, closeCode } = end;
  if (bye?.retry !== undefined) return { kind: "after", delayMs: Math.min(MAX_AWAY_MS, within(bye.retry.fromMs, bye.retry.toMs, random)) };
  // What was said goes before the code that it was closed with.
  const isRevoked = bye === undefined ? closeCode === LINK_CLOSE.revoked : bye.code === "HOST_REVOKED";
  if (isRevoked) return { kind: "never", reason: bye?.message ?? "The control plane has revoked this host." };
  const isSlow = bye === undefined ? closeCode !== undefined && SLOW_CODES.has(closeCode) : bye.code !== "HOST_PENDING_APPROVAL";
  return { kind: "after", delayMs: isSlow ? within(SLOW.fromMs, SLOW.toMs, random) : backoffDelayMs(USUAL, failures, random) };
}
