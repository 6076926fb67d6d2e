import type { Json } from "./canonical-json.ts";

/**
 * JSON with sorted keys and no white space: the same value gives the same bytes, and any JSON parser reads them.
 * Canonical JSON (OLPC) is for what is only hashed or signed: it leaves line breaks in strings bare, which RFC 8259
 * forbids.
 */
export function stableJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => sorted(one) ?? null);
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
