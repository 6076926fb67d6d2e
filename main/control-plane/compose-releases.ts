import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { uploadsHandlers } from "./artifact/handlers.ts";
import { readFileFacts } from "./artifact/read-file-facts.ts";
import { takeUpload } from "./artifact/take-upload.ts";
import { expireUploads } from "./artifact/upload-expiry.ts";
import { UploadService } from "./artifact/upload-service.ts";
import type { Store } from "./db/store.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { UploadFiles } from "./ports/upload-files.ts";
import { ApplicationService } from "./release/application-service.ts";
import { collectBlobs } from "./release/blob-collector.ts";
import { ChannelService, type StartForChannel } from "./release/channel-service.ts";
import { ComparisonService } from "./release/comparison-service.ts";
import { DraftService } from "./release/draft-service.ts";
import { applicationsHandlers, channelsHandlers, releasesHandlers } from "./release/handlers.ts";
import { PublicationService } from "./release/publication-service.ts";
import { Registry } from "./release/registry.ts";
import { ReleasePublisher } from "./release/release-publisher.ts";
import { ReleaseService } from "./release/release-service.ts";
import type { ReleaseTrust } from "./release/release-trust.ts";

/** What intake and releases are made of. */
export type ReleaseParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly uploadFiles: UploadFiles;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly trust: ReleaseTrust;
  readonly maxUploadBytes: () => number;
  /** Newest releases of each application that keep their files in any case. */
  readonly keptReleases: () => number;
  readonly startForChannel: StartForChannel;
};

/** Puts intake, releases, channels and the registry together, for the composition root. */
export function composeReleases(parts: ReleaseParts) {
  const { store, blobs, clock, ids, logger } = parts;
  const claims = new OneAtATime();
  const uploads = new UploadService({ store, blobs, files: parts.uploadFiles, clock, ids, logger, maxBytes: parts.maxUploadBytes }, claims);
  const registry = new Registry(blobs);
  const publications = new PublicationService(store, new ReleasePublisher(blobs, parts.trust), logger);
  const comparisons = new ComparisonService(
    store,
    (file) => readFileFacts(blobs, file),
    (id) => uploads.requireReady(id),
  );
  return {
    uploads,
    registry,
    handlers: {
      applications: applicationsHandlers(new ApplicationService(store, ids)),
      channels: channelsHandlers(new ChannelService(store, ids, parts.startForChannel)),
      releases: releasesHandlers(new ReleaseService(store), new DraftService(store, ids, takeUpload), publications, comparisons),
      uploads: uploadsHandlers(uploads, (draft) => comparisons.compareDraft(draft)),
    },
    /** Completes what a kill interrupted: publications, withdrawals, transfers. Before anything is served. */
    recover: async (): Promise<void> => {
      await publications.recover();
      await uploads.recover();
    },
    /** Forgets abandoned uploads and old releases, and removes blobs that nothing needs. */
    sweep: async (): Promise<void> => {
      const keptReleases = parts.keptReleases();
      await expireUploads({ store, files: parts.uploadFiles });
      await publications.retire(keptReleases);
      const removed = await collectBlobs({ store, blobs, registry, clock, claims, keptReleases });
      if (removed.blobs > 0) logger.info(removed, "blobs that nothing needs were removed");
    },
    stop: () => uploads.stop(),
  };
}
