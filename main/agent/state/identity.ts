import { z } from "zod";
import { fleetId, hostId } from "#shared/lib/ids.ts";
import { displayName, epochMs, sha256Hex } from "#shared/lib/scalars.ts";
import { DurableDocument } from "./durable-document.ts";

/** Who this host is and whom it follows, from its enrolment on. No secret: the token is spent and not kept. */
export const identity = z.object({
  schema: z.literal(1),
  hostId,
  name: displayName,
  urls: z
    .array(z.url({ protocol: /^https?$/ }).max(300))
    .min(1)
    .max(8),
  certificatePin: sha256Hex.optional(),
  /** The fleet that the token named: whose signed list of products holds here. Never taken from a later frame. */
  fleetId: fleetId.optional(),
  /** SHA-256 of the root metadata that the token pinned, and the metadata itself (base64), to start trust from again. */
  trustRootSha256: sha256Hex,
  trustRoot: z.string().max(700_000),
  enrolledAt: epochMs,
});
export type Identity = z.infer<typeof identity>;

/** The stored identity. */
export function identityDocument(path: string): DurableDocument<Identity> {
  return new DurableDocument(path, identity);
}
