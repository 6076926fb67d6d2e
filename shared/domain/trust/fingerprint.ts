/**
 * The text whose SHA-256 (hex) is a request's fingerprint: one line per document in the request's order, as `sha256sum`
 * writes them, so that anybody can compute it with tools of their own.
 */
export function fingerprintText(documents: readonly { readonly name: string; readonly sha256: string }[]): string {
  return documents.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}
