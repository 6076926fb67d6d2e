import type { PublicationRetryPolicy } from "#shared/domain/publication/retry-decision.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { BackgroundWork } from "../jobs/background-work.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Tally } from "../metrics/tally.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { ReleaseTrust } from "../release/release-trust.ts";
import type { ReleaseStores } from "../store/release-stores.ts";
import type { ArtifactSource } from "./artifact-source.ts";

/** What publications are made of. */
export type PublicationParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly timers: Timers;
  readonly background: BackgroundWork;
  readonly trust: ReleaseTrust;
  readonly stores: ReleaseStores;
  readonly artifacts: ArtifactSource;
  readonly retry: PublicationRetryPolicy;
  readonly tally: Tally;
  /** Ends the making of deltas for a release that is a draft again. */
  readonly haltDeltas: (releaseId: ReleaseId) => Promise<void>;
};
