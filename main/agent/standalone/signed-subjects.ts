import { verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { preAuthenticationEncoding, STATEMENT_TYPE } from "#shared/domain/release/release-statement.ts";
import { parseJson } from "./parse-json.ts";

/** A Sigstore bundle as far as a key's signature goes (v0.3): a DSSE envelope. What else is in it proves nothing here. */
const bundle = z.object({
  dsseEnvelope: z.object({
    payload: z.base64().max(1_000_000),
    payloadType: z.literal(STATEMENT_TYPE),
    signatures: z.array(z.object({ sig: z.base64().max(1000) })).length(1),
  }),
});

/** The part of an in-toto statement that says what was signed. */
const statement = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.object({ name: z.string().max(1000), digest: z.object({ sha256: z.string().max(64) }) })).max(1000),
});

/** Something that was signed: its name and digest in one, since a name alone says nothing. */
export type SignedSubject = { readonly name: string; readonly sha256: string };

/** What `key` has signed with this bundle; none when it has not, or when it is no such bundle. */
export function signedSubjects(bytes: Uint8Array, key: KeyObject): readonly SignedSubject[] {
  const { data } = bundle.safeParse(parseJson(bytes));
  if (data === undefined) return [];
  const { payload, signatures } = data.dsseEnvelope;
  const text = Buffer.from(payload, "base64").toString("utf8");
  const signature = Buffer.from(signatures[0]?.sig ?? "", "base64");
  if (!verify(null, Buffer.from(preAuthenticationEncoding(STATEMENT_TYPE, text)), key, signature)) return [];
  const said = statement.safeParse(parseJson(Buffer.from(payload, "base64"))).data;
  return said?.subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 })) ?? [];
}
