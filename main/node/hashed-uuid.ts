import { hash } from "node:crypto";

/** A UUID made from a text (version 8, RFC 9562 section 5.8): the same text is the same id wherever it is made. */
export function hashedUuid(text: string): string {
  const hex = hash("sha256", text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
