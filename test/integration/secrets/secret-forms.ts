/** A secret as somebody could find it again: its name in the report, and the texts and bytes that give it away. */
export type SeededSecret = { readonly name: string; readonly forms: readonly Buffer[] };

/** A secret that is a text: plain, base64 at each of its three alignments, hex, URL-encoded, and as JSON writes it. */
export function textSecret(name: string, text: string): SeededSecret {
  const written = [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
  return seeded(
    name,
    [...new Set(written)].map((one) => Buffer.from(one)),
    Buffer.from(text),
  );
}

/** A secret that is bytes: raw, base64 at each alignment, and hex. */
export function bytesSecret(name: string, bytes: Uint8Array): SeededSecret {
  return seeded(name, [Buffer.from(bytes)], bytes);
}

function seeded(name: string, written: readonly Buffer[], bytes: Uint8Array): SeededSecret {
  const hex = Buffer.from(bytes).toString("hex");
  const texts = [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((shift) => base64Within(bytes, shift))];
  return { name, forms: [...written, ...texts.map((text) => Buffer.from(text))] };
}

/**
 * The characters that every base64 (and base64url) text has in common that holds these bytes behind `shift` others:
 * those whose six bits belong to the secret alone. Percent signs of a URL are taken into account.
 */
function base64Within(bytes: Uint8Array, shift: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString("base64")
    .replaceAll("=", "");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  const own = text.slice(first, last);
  return [...new Set([own, own.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(own)])];
}

/** Which of the secrets stand in a piece of evidence, as `secret in place`. */
export function findSecrets(secrets: readonly SeededSecret[], place: string, evidence: Uint8Array): readonly string[] {
  const bytes = Buffer.from(evidence.buffer, evidence.byteOffset, evidence.byteLength);
  return secrets.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ name }) => `${name} in ${place}`);
}
