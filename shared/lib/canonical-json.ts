import { canonicalize } from "@tufjs/canonical-json";

/** What canonical JSON can carry. Numbers are integers in everything we sign. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one byte form of a document that is signed or hashed (OLPC canonical JSON, as TUF uses it): keys sorted, no
 * white space. Two parties that agree on the value agree on the bytes.
 */
export function canonicalJson(value: Json): string {
  return canonicalize(value);
}
