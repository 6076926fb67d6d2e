import type { PublicationRetryPolicy } from "#shared/domain/publication/retry-decision.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { pruneAdoptions } from "./adoption/prune-adoptions.ts";
import { uploadsHandlers } from "./artifact/handlers.ts";
import { readFileFacts } from "./artifact/read-file-facts.ts";
import { takeUpload } from "./artifact/take-upload.ts";
import { expireUploads } from "./artifact/upload-expiry.ts";
import { UploadService } from "./artifact/upload-service.ts";
import type { DeltaRule } from "./compose-deltas.ts";
import { composeStores } from "./compose-stores.ts";
import type { Store } from "./db/store.ts";
import type { Tally } from "./metrics/tally.ts";
import type { Timers } from "./jobs/timers.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { DeltaMaker } from "./ports/delta-maker.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { OpenReleaseStore } from "./ports/release-store.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import type { UploadFiles } from "./ports/upload-files.ts";
import { ApplicationService } from "./release/application-service.ts";
import { collectBlobs } from "./release/blob-collector.ts";
import { ChannelService, type StartForChannel } from "./release/channel-service.ts";
import { ComparisonService } from "./release/comparison-service.ts";
import { DraftService } from "./release/draft-service.ts";
import { applicationsHandlers, channelsHandlers, releasesHandlers } from "./release/handlers.ts";
import { Registry } from "./release/registry.ts";
import type { ReleaseTrust } from "./release/release-trust.ts";
import { ReleaseService } from "./release/release-service.ts";

/** What intake and releases are made of. */
export type ReleaseParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly uploadFiles: UploadFiles;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly maxUploadBytes: () => number;
  /** Newest releases of each application that keep their files in any case. */
  readonly keptReleases: () => number;
  readonly startForChannel: StartForChannel;
  readonly timers: Timers;
  readonly secrets: SecretStore;
  readonly openReleaseStore: OpenReleaseStore;
  readonly publicationRetry?: PublicationRetryPolicy;
  readonly deltaMaker: DeltaMaker;
  readonly deltaRule: () => DeltaRule;
  readonly tally: Tally;
  readonly trust: ReleaseTrust;
};

/** Puts intake, releases, channels, stores and the registry together, for the composition root. */
export function composeReleases(parts: ReleaseParts) {
  const { store, blobs, clock, ids, logger } = parts;
  const claims = new OneAtATime();
  const uploads = new UploadService({ store, blobs, files: parts.uploadFiles, clock, ids, logger, maxBytes: parts.maxUploadBytes }, claims);
  const registry = new Registry(blobs);
  const drafts = new DraftService(store, ids, takeUpload);
  const stores = composeStores({
    ...parts,
    adoption: {
      fetchFile: (actor, file) => uploads.fetch(actor, file),
      createDraft: (actor, draft, along) => drafts.create(actor, draft, along),
    },
  });
  const comparisons = new ComparisonService(
    store,
    (file) => readFileFacts(blobs, file),
    (id) => uploads.requireReady(id),
  );
  return {
    uploads,
    registry,
    /** The artifacts of releases wherever they lie. */
    artifacts: stores.artifacts,
    stores: stores.stores,
    handlers: {
      applications: applicationsHandlers(new ApplicationService(store, ids)),
      channels: channelsHandlers(new ChannelService(store, ids, parts.startForChannel, stores.tellStores)),
      releases: releasesHandlers(new ReleaseService(store), drafts, stores, comparisons),
      uploads: uploadsHandlers(uploads, {
        compareDraft: (draft) => comparisons.compareDraft(draft),
        estimateUnpacked: (...asked) => stores.estimates.estimate(...asked),
      }),
      ...stores.handlers,
    },
    /** Goes on with what a kill interrupted: publications, withdrawals, transfers. Before anything is served. */
    recover: async (): Promise<void> => {
      await stores.recover();
      await uploads.recover();
      await stores.recoverAdoptions();
    },
    /** Forgets abandoned uploads and old releases, and removes blobs that nothing needs. */
    sweep: async (): Promise<void> => {
      const keptReleases = parts.keptReleases();
      await expireUploads({ store, files: parts.uploadFiles });
      await pruneAdoptions(store);
      await stores.retire(keptReleases);
      const removed = await collectBlobs({ store, blobs, registry, clock, claims, keptReleases });
      if (removed.blobs > 0) logger.info(removed, "blobs that nothing needs were removed");
    },
    stop: async (): Promise<void> => {
      await stores.stop();
      await uploads.stop();
    },
  };
}
