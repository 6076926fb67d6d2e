import { z } from "zod";
import { freshness } from "../domain/trust/freshness.ts";
import { signaturesFile, signingRequest, signingRequestFile, trustIntent } from "../domain/trust/signing-request.ts";
import { operatorKey, trustKeyId } from "../domain/trust/trust-key.ts";
import { applicationId, fleetId, signingRequestId } from "../lib/ids.ts";
import { epochMs, semver, sha256Hex, validityMs } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

/** How one role of the TUF repository stands. */
export const trustRole = z.object({
  role: z.string(),
  version: z.int(),
  expiresAt: epochMs,
  lifetimeMs: validityMs,
  freshness,
  /** Signed by this control plane by itself; else people must sign. */
  online: z.boolean(),
  needsAttention: z.boolean(),
  threshold: z.int(),
  keyIds: z.array(trustKeyId),
});
export type TrustRole = z.infer<typeof trustRole>;

/** What hosts trust, as it stands. */
export const trustStatus = z.object({
  mode: z.enum(["server-held", "operator-held"]),
  /** The root that enrolment tokens pin from now on. */
  rootSha256: sha256Hex,
  rootVersion: z.int().min(1),
  /** Any this many operator keys sign; 0 while keys are server-held. */
  threshold: z.int().min(0),
  /** Who holds keys, with the names people gave them; empty while keys are server-held. */
  keys: z.array(operatorKey.extend({ keyId: trustKeyId })),
  roles: z.array(trustRole),
  minimumVersions: z.array(z.object({ applicationId, productId: z.string(), version: semver })),
  /** Fleets that accept fewer than all products. */
  acceptance: z.array(z.object({ fleetId, products: z.array(z.string()) })),
  openRequests: z.int().min(0),
});
export type TrustStatus = z.infer<typeof trustStatus>;

/** The signed documents as they stand, and what waits to be signed. */
export const trustContract = {
  status: procedure({ permission: "view", fleetScope: "none" }).route({ method: "GET", path: "/trust" }).output(trustStatus),
  /** Drafts a change; with server-held keys it is signed and in force when this answers. `publish` and `withdraw` come from releases only. */
  prepare: procedure({ permission: "trust.manage", fleetScope: "none" })
    .route({ method: "POST", path: "/trust/requests", successStatus: 201 })
    .input(z.object({ intent: trustIntent }))
    .output(signingRequest),
  /** Open ones first, then the newest ended ones; at most 200. */
  listRequests: procedure({ permission: "view", fleetScope: "none" })
    .route({ method: "GET", path: "/trust/requests" })
    .output(z.array(signingRequest)),
  /** The request as the file that a signer reads. */
  exportRequest: procedure({ permission: "view", fleetScope: "none" })
    .route({ method: "GET", path: "/trust/requests/{signingRequestId}/file" })
    .input(z.object({ signingRequestId }))
    .output(signingRequestFile),
  /** Adds signatures; completes the request when they suffice. Whoever brings them needs no right to sign: the keys say who signed. */
  submit: procedure({ permission: "release.publish", fleetScope: "none" })
    .route({ method: "POST", path: "/trust/signatures" })
    .input(signaturesFile)
    .output(signingRequest),
  cancelRequest: procedure({ permission: "release.publish", fleetScope: "none" })
    .route({ method: "POST", path: "/trust/requests/{signingRequestId}/cancel" })
    .input(z.object({ signingRequestId }))
    .output(signingRequest),
  /** Every metadata file that clients need, base64, for mirrors and for people who check us with other tools. */
  export: procedure({ permission: "view", fleetScope: "none" })
    .route({ method: "GET", path: "/trust/export" })
    .output(z.object({ files: z.array(z.object({ name: z.string(), bytes: z.base64() })) })),
};
