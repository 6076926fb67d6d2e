/** What a Range header asks of a representation of `sizeBytes` bytes. Both ends are included. */
export type RangeVerdict =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly first: number; readonly last: number }
  | { readonly kind: "unsatisfiable" };

const WHOLE = { kind: "whole" } as const;

/**
 * Reads a Range header (RFC 9110, section 14.2). One range of bytes is served; several, other units and what cannot be
 * read count as no Range at all, which the RFC allows.
 */
export function readRange(header: string | undefined, sizeBytes: number): RangeVerdict {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (parts === null) return WHOLE;
  const [, from = "", to = ""] = parts;
  if (from === "" && to === "") return WHOLE;
  if (from === "") return suffix(Number(to), sizeBytes);
  const first = Number(from);
  const last = to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== "" && Number(to) < first) return WHOLE;
  return first >= sizeBytes ? { kind: "unsatisfiable" } : { kind: "part", first, last };
}

/** `bytes=-500`: the last 500 bytes. */
function suffix(length: number, sizeBytes: number): RangeVerdict {
  if (length === 0 || sizeBytes === 0) return { kind: "unsatisfiable" };
  return { kind: "part", first: Math.max(0, sizeBytes - length), last: sizeBytes - 1 };
}
