/** The order that a table shows, and how many rows would stand elsewhere if it were sorted now. */
export type HeldOrder = { readonly keys: readonly string[]; readonly displaced: number };

/**
 * Keeps rows where they are: rows that stay keep their order, rows that are gone leave, new rows come last.
 * `wanted` is the order that the sort gives now.
 */
export function holdOrder(shown: readonly string[], wanted: readonly string[]): HeldOrder {
  const present = new Set(wanted);
  const known = new Set(shown);
  const keys = [...shown.filter((key) => present.has(key)), ...wanted.filter((key) => !known.has(key))];
  return { keys, displaced: keys.filter((key, at) => wanted[at] !== key).length };
}
