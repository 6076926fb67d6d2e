import { z } from "zod";
import { inspection, upload } from "../domain/artifact/artifact.ts";
import { platform } from "../domain/artifact/platform.ts";
import { application, channel, productId, release } from "../domain/release/release.ts";
import { releaseComparison } from "../domain/release/comparison.ts";
import { unpackedEstimate } from "../domain/release/unpacked-estimate.ts";
import { runSpec } from "../domain/release/run-spec.ts";
import { publicationState } from "../domain/publication/publication.ts";
import { storeKind } from "../domain/store/store.ts";
import { applicationId, channelId, releaseId, rolloutId, storeId, uploadId } from "../lib/ids.ts";
import { displayName, reasonText, revision, semver, sha256Hex, slug } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

const none = "none" as const;

/** One of a release's stores, and how far it is on its way there. */
const releaseStore = z.object({ storeId, name: displayName, kind: storeKind, state: publicationState });

/** A release with where it stands, for lists. */
export const releaseRow = release.extend({
  channels: z.array(z.string()),
  hosts: z.int().min(0),
  /** Its stores, in the order in which it was given to them; none for a draft. */
  stores: z.array(releaseStore),
  /** Set while it is on its way: the state that needs people most, and the bytes of all of its stores. */
  publishing: z.object({ state: publicationState, doneBytes: z.int().min(0), totalBytes: z.int().min(0) }).optional(),
});
export type ReleaseRow = z.infer<typeof releaseRow>;

/** A channel with the version it points at. */
export const channelRow = channel.extend({ version: semver.optional() });
export type ChannelRow = z.infer<typeof channelRow>;

/** An application with what people ask about it first: its channels, its newest version, how many hosts run it. */
export const applicationRow = application.extend({
  channels: z.array(channelRow),
  releaseCount: z.int(),
  latestVersion: semver.optional(),
  hosts: z.int(),
});
export type ApplicationRow = z.infer<typeof applicationRow>;

/** Applications: the things that have releases. */
export const applicationsContract = {
  list: procedure({ permission: "view", fleetScope: none }).route({ method: "GET", path: "/applications" }).output(z.array(applicationRow)),
  get: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/applications/{applicationId}" })
    .input(z.object({ applicationId }))
    .output(applicationRow),
  create: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/applications", successStatus: 201 })
    .input(z.object({ productId, name: displayName, description: z.string().max(2000).default("") }))
    .output(applicationRow),
  update: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "PATCH", path: "/applications/{applicationId}" })
    .input(z.object({ applicationId, revision, name: displayName, description: z.string().max(2000) }))
    .output(applicationRow),
};

/** Channels: named pointers of an application to one release. */
export const channelsContract = {
  create: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/applications/{applicationId}/channels", successStatus: 201 })
    .input(z.object({ applicationId, name: slug }))
    .output(channel),
  /** Points the channel at a published release and creates one rollout per fleet whose subscriptions follow it. */
  move: procedure({ permission: "rollout.control", fleetScope: none })
    .route({ method: "POST", path: "/channels/{channelId}/move" })
    .input(z.object({ channelId, releaseId, reason: reasonText.default("") }))
    .output(z.object({ channel, rolloutIds: z.array(rolloutId) })),
};

const artifactInput = z.object({ uploadId, platform });

/** Releases: draft, then published, then perhaps withdrawn; blocked and unblocked at once. */
export const releasesContract = {
  list: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/applications/{applicationId}/releases" })
    .input(z.object({ applicationId }))
    .output(z.array(releaseRow)),
  get: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/releases/{releaseId}" })
    .input(z.object({ releaseId }))
    .output(releaseRow),
  /** Holds a release against another of its application; without one, against the newest published one that is older. */
  compare: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/releases/{releaseId}/comparison" })
    .input(z.object({ releaseId, againstReleaseId: releaseId.optional() }))
    .output(releaseComparison),
  /** Makes a draft of verified uploads. Nothing is offered to anyone until it is published. */
  create: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/applications/{applicationId}/releases", successStatus: 201 })
    .input(
      z.object({
        applicationId,
        version: semver,
        notes: z.string().max(20_000).default(""),
        runSpec,
        artifacts: z.array(artifactInput).min(1).max(64),
      }),
    )
    .output(releaseRow),
  updateDraft: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "PATCH", path: "/releases/{releaseId}" })
    .input(z.object({ releaseId, revision, version: semver, notes: z.string().max(20_000), runSpec }))
    .output(releaseRow),
  discardDraft: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "DELETE", path: "/releases/{releaseId}" })
    .input(z.object({ releaseId }))
    .output(z.object({ discarded: z.literal(true) })),
  /**
   * Signs the manifest, brings the release to its stores and makes it available to rollouts. Without `storeIds` it goes
   * where the application's newest published release went, else to the local store. With only the local store and
   * server-held keys it answers when the release is published, unless `deltas` are to be made first; else once it is
   * durable that it will be. Without `deltas` they are made on a server and not on a desktop.
   */
  publish: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/publish" })
    .input(z.object({ releaseId, storeIds: z.array(storeId).min(1).max(8).optional(), deltas: z.boolean().optional() }))
    .output(releaseRow),
  withdraw: procedure({ permission: "release.withdraw", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/withdraw" })
    .input(z.object({ releaseId, reason: reasonText.min(1) }))
    .output(releaseRow),
  /** Quarantine by an operator: immediate and unsigned, since it only takes away. */
  block: procedure({ permission: "release.block", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/block" })
    .input(z.object({ releaseId, reason: reasonText.min(1) }))
    .output(releaseRow),
  unblock: procedure({ permission: "release.block", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/unblock" })
    .input(z.object({ releaseId, reason: reasonText.min(1) }))
    .output(releaseRow),
};

/** A release that holds bytes that somebody has in hand. */
export const knownBytes = z.object({
  sha256: sha256Hex,
  applicationId,
  applicationName: z.string(),
  releaseId,
  version: semver,
  state: release.shape.state,
  platform,
});
export type KnownBytes = z.infer<typeof knownBytes>;

/**
 * Bytes never travel through the contract: browsers and the CLI send them by tus to `/uploads` (whose upload metadata
 * carries `filename`), the desktop's own window hands over a path.
 */
export const uploadsContract = {
  list: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "GET", path: "/uploads-index" })
    .output(z.array(upload)),
  get: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "GET", path: "/uploads-index/{uploadId}" })
    .input(z.object({ uploadId }))
    .output(upload),
  /** Asks whether bytes with this digest are stored already; then nothing has to be sent. */
  adopt: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/uploads-index/adopt" })
    .input(z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), fileName: z.string().min(1).max(200) }))
    .output(upload.optional()),
  /** Which releases hold these bytes already, newest first, at most 200: told before anything is sent. */
  recognize: procedure({ permission: "view", fleetScope: none })
    .route({ method: "POST", path: "/uploads-index/recognize" })
    .input(z.object({ sha256: z.array(sha256Hex).min(1).max(64) }))
    .output(z.array(knownBytes)),
  /** Holds uploads that are ready against a release of the application; without one, against the newest published one. */
  compare: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/uploads-index/compare" })
    .input(z.object({ applicationId, artifacts: z.array(artifactInput).min(1).max(64), runSpec, againstReleaseId: releaseId.optional() }))
    .output(releaseComparison),
  /**
   * Measures what a delta of the unpacked file would have, against the newest release with a packed file for the platform.
   * Takes memory and up to minutes, in a process of its own; going away ends it.
   */
  estimateUnpacked: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/uploads-index/{uploadId}/unpacked-estimate" })
    .input(z.object({ uploadId, applicationId, platform }))
    .output(unpackedEstimate),
  importPath: procedure({ permission: "release.publish", fleetScope: none, localOnly: true })
    .route({ method: "POST", path: "/uploads-index/import" })
    .input(z.object({ path: z.string().min(1).max(4096) }))
    .output(upload),
  /** Reads the first bytes of a file (at most 64 KiB, base64) before it is sent, for the publish screen. */
  inspect: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/uploads-index/inspect" })
    .input(z.object({ fileName: z.string().min(1).max(200), head: z.base64().max(90_000) }))
    .output(inspection),
  discard: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "DELETE", path: "/uploads-index/{uploadId}" })
    .input(z.object({ uploadId }))
    .output(z.object({ discarded: z.literal(true) })),
};
