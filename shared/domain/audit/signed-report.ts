import { z } from "zod";
import { epochMs } from "../../lib/scalars.ts";

/**
 * A report as its host signed it, for checking without us: Ed25519 by `publicKey` over the canonical JSON of host, boot,
 * sequence and body behind a purpose line (`reportBytes`). `publicKey` must be the one that the audit tells of the host's
 * enrolment. `at` and `fleetId` are ours and not signed.
 */
export const signedReport = z.object({
  hostId: z.string().max(36),
  fleetId: z.string().max(36),
  /** Raw Ed25519 public key, base64url. */
  publicKey: z.string().max(64),
  boot: z.string().max(64),
  sequence: z.int().min(1),
  /** When it was taken. */
  at: epochMs,
  /** The body as it was signed, with whatever fields a newer agent had. */
  body: z.json(),
  signature: z.string().max(128),
});
export type SignedReport = z.infer<typeof signedReport>;

/** How a report stands in an export, behind the entries: an object with this one member. */
export const reportLine = z.object({ report: signedReport });
