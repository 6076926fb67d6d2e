import { z } from "zod";
import { MAX_SECRET_BYTES, MAX_SECRETS } from "#main/control-plane/ports/secret-name.ts";

const id = z.int().min(0);
const name = z.string().max(700);
const value = z.instanceof(Uint8Array).refine((bytes) => bytes.length <= MAX_SECRET_BYTES, { error: "too long" });

/** What the control plane's process asks of the shell that holds its secrets. */
export const secretsRequest = z.discriminatedUnion("op", [
  z.strictObject({ id, op: z.literal("open") }),
  z.strictObject({ id, op: z.literal("read"), name }),
  z.strictObject({ id, op: z.literal("write"), name, value }),
  z.strictObject({ id, op: z.literal("remove"), name }),
  z.strictObject({ id, op: z.literal("names"), prefix: name }),
]);
export type SecretsRequest = z.infer<typeof secretsRequest>;

/** A request without its number. */
export type SecretsQuestion = SecretsRequest extends infer R ? (R extends SecretsRequest ? Omit<R, "id"> : never) : never;

/** What the shell answers: a text (how secrets are protected), a value, names, or nothing. */
export const secretsAnswer = z.discriminatedUnion("ok", [
  z.strictObject({
    id,
    ok: z.literal(true),
    result: z.union([z.string().max(1000), value, z.array(name).max(MAX_SECRETS)]).optional(),
  }),
  z.strictObject({ id, ok: z.literal(false), code: z.string().max(80), message: z.string().max(1000) }),
]);
export type SecretsAnswer = z.infer<typeof secretsAnswer>;
