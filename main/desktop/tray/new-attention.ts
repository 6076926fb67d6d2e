import type { Activity } from "../host/core-messages.ts";

type Attention = Activity["attention"][number];

/**
 * What a person has not been told yet: the entries of `now` that were not in `before`, by where they lead and what they
 * say. A restart of the control plane reports everything again, which is no news.
 */
export function newAttention(before: readonly Attention[], now: readonly Attention[]): readonly Attention[] {
  const known = new Set(before.map(identityOf));
  return now.filter((entry) => !known.has(identityOf(entry)));
}

const identityOf = (entry: Attention): string => `${entry.href}\n${entry.title}`;
