import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { auditCheckpoint, auditEntry, auditVerdict } from "../domain/audit/audit.ts";
import { role } from "../domain/access/permission.ts";
import { apiTokenId, fleetId } from "../lib/ids.ts";
import { displayName, durationMs, epochMs, revision, sizeBytes } from "../lib/scalars.ts";
import { pageOf, procedure } from "./base.ts";

/** Which entries: newest first in lists, oldest first in exports. */
export const auditFilter = z.object({
  fleetId: fleetId.optional(),
  actor: z.string().max(200).optional(),
  action: z.string().max(80).optional(),
  search: z.string().max(100).optional(),
  from: z.coerce.number().pipe(epochMs).optional(),
  to: z.coerce.number().pipe(epochMs).optional(),
});

/** The append-only record: read it, carry it out, prove it. */
export const auditContract = {
  list: procedure({ permission: "audit.read", fleetScope: "service" })
    .route({ method: "GET", path: "/audit" })
    .input(auditFilter.extend({ cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(pageOf(auditEntry)),
  /** Streams the export as pieces of text, so that a million entries need little memory on either side. */
  export: procedure({ permission: "audit.read", fleetScope: "service" })
    .route({ method: "GET", path: "/audit/export" })
    .input(auditFilter.extend({ format: z.enum(["csv", "json", "ndjson"]).default("csv") }))
    .output(eventIterator(z.object({ text: z.string() }))),
  verify: procedure({ permission: "audit.read", fleetScope: "none" }).route({ method: "POST", path: "/audit/verify" }).output(auditVerdict),
  /** Signs the present head first, so that an export which begins now can be proved to its end. */
  checkpoints: procedure({ permission: "audit.read", fleetScope: "none" })
    .route({ method: "GET", path: "/audit/checkpoints" })
    .output(z.object({ publicKey: z.string(), checkpoints: z.array(auditCheckpoint) })),
};

/** Settings of one control plane. Retention is a setting: nothing grows for ever. */
export const settings = z.object({
  name: displayName,
  /** Addresses under which hosts reach this control plane, best first. Empty uses what it listens on. */
  publicUrls: z.array(z.url({ protocol: /^https?$/ }).max(300)).max(8),
  hostStateIntervalMs: durationMs.min(500).max(3_600_000),
  /** A host that says nothing for this long is silent. */
  hostSilentAfterMs: durationMs.min(1000),
  /** For how long lines of timelines, ended commands and ended tokens are kept; the audit is kept whole. */
  hostEventRetentionMs: durationMs.min(3_600_000),
  /** For how long rollouts that have ended are kept; version histories and the audit keep what they did. */
  rolloutRetentionMs: durationMs.min(3_600_000),
  /** Newest releases of each application that stay in any case; older ones that nothing needs are withdrawn and lose their files. */
  keptReleasesPerApplication: z.int().min(2).max(1000),
  /** For how long a host refuses a release that it has reverted. Hosts learn it with their next desired document. */
  quarantineMs: durationMs.min(60_000),
  /** From how many earlier releases deltas are made for each file of a new one; 0 makes none. What hosts are brought to now comes on top. */
  deltaBases: z.int().min(0).max(10),
  /** How long making the deltas of one release may take; then it goes out with those that are made. */
  deltaTimeLimitMs: durationMs.min(1000).max(86_400_000),
  /** Most memory that making a delta may use, in bytes. */
  deltaMemoryBytes: sizeBytes.min(64 * 2 ** 20),
  /** Largest file that is taken in, in bytes. */
  maxUploadBytes: sizeBytes.min(1_048_576),
});
export type Settings = z.infer<typeof settings>;

/** The settings of this control plane, written with the revision that was read. */
export const settingsContract = {
  get: procedure({ permission: "view", fleetScope: "none" })
    .route({ method: "GET", path: "/settings" })
    .output(settings.extend({ revision })),
  update: procedure({ permission: "settings.manage", fleetScope: "none" })
    .route({ method: "PATCH", path: "/settings" })
    .input(settings.partial().extend({ revision }))
    .output(settings.extend({ revision })),
};

/** A token for pipelines. The secret is shown once. */
export const apiToken = z.object({
  id: apiTokenId,
  label: displayName,
  role,
  fleets: z.union([z.literal("all"), z.array(fleetId)]),
  createdAt: epochMs,
  createdBy: z.string(),
  expiresAt: epochMs.optional(),
  lastUsedAt: epochMs.optional(),
  revokedAt: epochMs.optional(),
});
export type ApiToken = z.infer<typeof apiToken>;

/** Tokens for pipelines and one-time links for browsers. */
export const accessContract = {
  listTokens: procedure({ permission: "access.manage", fleetScope: "none" })
    .route({ method: "GET", path: "/api-tokens" })
    .output(z.array(apiToken)),
  createToken: procedure({ permission: "access.manage", fleetScope: "none" })
    .route({ method: "POST", path: "/api-tokens", successStatus: 201 })
    .input(
      z.object({
        label: displayName,
        role,
        fleets: z.union([z.literal("all"), z.array(fleetId).max(1000)]).default("all"),
        lifetimeMs: durationMs.min(60_000).optional(),
      }),
    )
    .output(z.object({ token: apiToken, secret: z.string() })),
  revokeToken: procedure({ permission: "access.manage", fleetScope: "none" })
    .route({ method: "POST", path: "/api-tokens/{apiTokenId}/revoke" })
    .input(z.object({ apiTokenId }))
    .output(apiToken),
  /** A one-time link that opens a browser session with this principal's rights; it lives for ten minutes. */
  createLoginLink: procedure({ permission: "access.manage", fleetScope: "none" })
    .route({ method: "POST", path: "/login-links", successStatus: 201 })
    .output(z.object({ url: z.string(), expiresAt: epochMs })),
};
