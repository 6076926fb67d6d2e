import { z } from "zod";
import { publication } from "../domain/publication/publication.ts";
import { storeEntry, storeSecret, storeSettings } from "../domain/store/store.ts";
import { platform } from "../domain/artifact/platform.ts";
import { applicationId, publicationId, releaseId, storeId } from "../lib/ids.ts";
import { displayName, epochMs, revision, semver, sha256Hex, sizeBytes } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

const none = "none" as const;

/** A release that lies in a store, as lists of it show. `releaseId` is set for those that we know. */
export const foundRelease = z.object({
  reference: z.string().max(256),
  version: semver.optional(),
  createdAt: epochMs.optional(),
  isOurs: z.boolean(),
  releaseId: releaseId.optional(),
});
export type FoundReleaseRow = z.infer<typeof foundRelease>;

/** A found release with its files and what is known of its signatures. */
export const foundReleaseDetail = foundRelease.extend({
  notes: z.string().max(20_000),
  files: z.array(z.object({ name: z.string().max(200), sizeBytes, sha256: sha256Hex.optional(), platform: platform.optional() })).max(256),
  /** `verified` names the key; `unknown-key` is signed by none of the keys given. */
  signature: z.discriminatedUnion("state", [
    z.object({ state: z.literal("none") }),
    z.object({ state: z.literal("verified"), keyId: z.string() }),
    z.object({ state: z.literal("unknown-key") }),
    z.object({ state: z.literal("invalid"), message: z.string() }),
  ]),
});
export type FoundReleaseDetailRow = z.infer<typeof foundReleaseDetail>;

/** Places for releases. The local store is always there and cannot be changed. */
export const storesContract = {
  list: procedure({ permission: "view", fleetScope: none }).route({ method: "GET", path: "/stores" }).output(z.array(storeEntry)),
  /** Adds a store after a look at it; one that cannot be used is refused with the reason unless `unchecked`. */
  create: procedure({ permission: "settings.manage", fleetScope: none })
    .route({ method: "POST", path: "/stores", successStatus: 201 })
    .input(z.object({ name: displayName, settings: storeSettings, secret: storeSecret.optional(), unchecked: z.boolean().default(false) }))
    .output(storeEntry),
  update: procedure({ permission: "settings.manage", fleetScope: none })
    .route({ method: "PATCH", path: "/stores/{storeId}" })
    .input(z.object({ storeId, revision, name: displayName, settings: storeSettings }))
    .output(storeEntry),
  /** Replaces the credentials, or removes them. They are never shown again. */
  setSecret: procedure({ permission: "settings.manage", fleetScope: none })
    .route({ method: "POST", path: "/stores/{storeId}/secret" })
    .input(z.object({ storeId, secret: storeSecret.nullable() }))
    .output(storeEntry),
  /** Looks at the store now and notes what it said. */
  check: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/stores/{storeId}/check" })
    .input(z.object({ storeId }))
    .output(storeEntry),
  /** Forgets the store and its credentials; what lies there stays. Refused while releases are served from it. */
  remove: procedure({ permission: "settings.manage", fleetScope: none })
    .route({ method: "DELETE", path: "/stores/{storeId}" })
    .input(z.object({ storeId }))
    .output(z.object({ removed: z.literal(true) })),
  /** What lies there for this application, newest version first; tags that are no version come last. */
  discover: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "GET", path: "/stores/{storeId}/releases/{applicationId}" })
    .input(z.object({ storeId, applicationId }))
    .output(z.array(foundRelease)),
  /** One of them in full. `publicKeys` are raw Ed25519 keys (base64url) of whom we trust to have signed it. */
  inspect: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/stores/{storeId}/releases/{applicationId}/inspect" })
    .input(
      z.object({
        storeId,
        applicationId,
        reference: z.string().min(1).max(256),
        publicKeys: z.array(z.string().max(2000)).max(16).default([]),
      }),
    )
    .output(foundReleaseDetail),
};

/** Releases on their way to stores. */
export const publicationsContract = {
  /** Those of one release, or all that have not ended; newest first, at most 200. */
  list: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/publications" })
    .input(z.object({ releaseId: releaseId.optional() }))
    .output(z.array(publication)),
  get: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/publications/{publicationId}" })
    .input(z.object({ publicationId }))
    .output(publication),
  /** Brings a published release to one more store. */
  create: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/publications", successStatus: 201 })
    .input(z.object({ releaseId, storeId }))
    .output(publication),
  /** Stops after the bytes in flight; everything that has arrived stays. */
  pause: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/publications/{publicationId}/pause" })
    .input(z.object({ publicationId }))
    .output(publication),
  /** Goes on where it was paused or failed. */
  resume: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/publications/{publicationId}/resume" })
    .input(z.object({ publicationId }))
    .output(publication),
  /** Gives it up and removes what it left in the store; the release is a draft again unless another store has it. */
  cancel: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/publications/{publicationId}/cancel" })
    .input(z.object({ publicationId }))
    .output(publication),
};
