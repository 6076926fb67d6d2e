import { z } from "zod";
import { fleetId, groupId, hostId, releaseId } from "../../lib/ids.ts";
import { displayName, epochMs, revision } from "../../lib/scalars.ts";
import { hostFacts } from "./reported.ts";

/** Operator-assigned labels; rules over them may place hosts in groups. */
export const labels = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/), z.string().max(100))
  .refine((all) => Object.keys(all).length <= 32, "at most 32 labels");

/**
 * One machine that runs the agent.
 *
 *     pending ──approve──▶ active ──revoke──▶ revoked
 *
 * `connection` is about the link alone: `cloned` means that two live links share the identity, which gets no grants.
 */
export const host = z.object({
  id: hostId,
  fleetId,
  groupId,
  name: displayName,
  state: z.enum(["pending", "active", "revoked"]),
  connection: z.enum(["connected", "disconnected", "cloned"]),
  lastSeenAt: epochMs.optional(),
  enrolledAt: epochMs,
  facts: hostFacts.optional(),
  labels,
  /** A pinned host stays on this release and is excluded from waves. */
  pinnedReleaseId: releaseId.optional(),
  revision,
});
export type Host = z.infer<typeof host>;
