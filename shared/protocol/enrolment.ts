import { z } from "zod";
import { fleetId, groupId, hostId } from "../lib/ids.ts";
import { displayName, epochMs, sha256Hex } from "../lib/scalars.ts";
import { AppError } from "../errors/app-error.ts";
import { hostFacts } from "../domain/host/reported.ts";

const PREFIX = "rcl1.";

/** Raw Ed25519 public key, 32 bytes, base64url. */
export const publicKeyText = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Ed25519 signature, 64 bytes, base64url. */
export const signatureText = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/**
 * What an enrolment token says: where to go, whom to expect there, and which root of trust to start from. It is a
 * secret; agents read it from stdin, a file or the environment, never from argv.
 */
export const enrolmentTokenDocument = z.object({
  urls: z
    .array(z.url({ protocol: /^https?$/ }).max(300))
    .min(1)
    .max(8),
  /** SHA-256 of the control plane's certificate (DER); absent on plain loopback. */
  certificatePin: sha256Hex.optional(),
  fleetId,
  groupId,
  secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** SHA-256 of the first TUF root metadata file. */
  trustRoot: sha256Hex,
  expiresAt: epochMs,
});
export type EnrolmentTokenDocument = z.infer<typeof enrolmentTokenDocument>;

/** Writes a token as the one line that operators copy. */
export function encodeEnrolmentToken(document: EnrolmentTokenDocument): string {
  return PREFIX + btoa(JSON.stringify(document)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @throws AppError ENROL_TOKEN_UNKNOWN when the text is not a token of ours. */
export function decodeEnrolmentToken(text: string): EnrolmentTokenDocument {
  const trimmed = text.trim();
  try {
    if (!trimmed.startsWith(PREFIX) || trimmed.length > 4096) throw new SyntaxError("not a token");
    return enrolmentTokenDocument.parse(JSON.parse(atob(trimmed.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"))));
  } catch (cause) {
    throw new AppError("ENROL_TOKEN_UNKNOWN", "This text is not an enrolment token; nothing was registered. Copy the whole line again.", {
      cause,
    });
  }
}

/** POST {@link AGENT_PATHS.enrol}. The signature covers `enrolmentBytes`, which proves possession of the key. */
export const enrolRequest = z.object({
  v: z.literal(1),
  secret: z.string().max(64),
  publicKey: publicKeyText,
  name: displayName,
  facts: hostFacts,
  at: epochMs,
  signature: signatureText,
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

/** The answer: who the host is from now on, and the root metadata whose hash the token pins. */
export const enrolResponse = z.object({
  v: z.literal(1),
  hostId,
  state: z.enum(["pending", "active"]),
  /** The first TUF root metadata, base64. */
  trustRoot: z.string().max(700_000),
});
export type EnrolResponse = z.infer<typeof enrolResponse>;
