import { useState } from "react";
import { holdOrder } from "./held-order.ts";

/** The rows in the order they are shown. */
export type HeldRows<R> = {
  readonly rows: readonly R[];
  /** Rows that would stand elsewhere; the chip offers to put them there. */
  readonly displaced: number;
  readonly release: () => void;
};

/**
 * Live rows never move under the pointer: while `isHeld`, rows stay where they are and `displaced` counts what waits.
 * A change of `orderKey` (another sort, another filter) always applies at once, since the reader asked for it.
 */
export function useHeldRows<R>(sorted: readonly R[], keyOf: (row: R) => string, isHeld: boolean, orderKey: string): HeldRows<R> {
  const wanted = sorted.map(keyOf);
  const [shown, setShown] = useState<{ readonly keys: readonly string[]; readonly orderKey: string }>({ keys: wanted, orderKey });
  const isFree = !isHeld || shown.orderKey !== orderKey;
  const held = isFree ? { keys: wanted, displaced: 0 } : holdOrder(shown.keys, wanted);
  if (shown.orderKey !== orderKey || !isSame(shown.keys, held.keys)) setShown({ keys: held.keys, orderKey });
  if (held.displaced === 0) return { rows: sorted, displaced: 0, release: noop };
  const byKey = new Map(sorted.map((row) => [keyOf(row), row]));
  const rows = held.keys.flatMap((key) => byKey.get(key) ?? []);
  return { rows, displaced: held.displaced, release: () => setShown({ keys: wanted, orderKey }) };
}

const noop = (): void => undefined;

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((key, at) => key === right[at]);
}
