import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import type { PublicationRetryPolicy } from "#shared/domain/publication/retry-decision.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { FileElsewhere } from "../artifact/upload-intake.ts";
import type { DeltaAdoption } from "../delta/delta-adoption.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Tally } from "../metrics/tally.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { DraftInput } from "../release/draft-service.ts";
import type { ReleaseStores } from "../store/release-stores.ts";
import type { StoreBrowser } from "../store/store-browser.ts";

/** What adoption asks of intake and of drafts. */
export type AdoptionPorts = {
  /** Takes a file in as an upload, with progress; resolves when it is ready. */
  readonly fetchFile: (actor: string, file: FileElsewhere) => Promise<Upload>;
  /** Makes a draft; `along` is written in the same transaction. */
  readonly createDraft: (
    actor: string,
    draft: DraftInput,
    along: (unit: WriteUnit, releaseId: ReleaseId) => Promise<void>,
  ) => Promise<ReleaseRow>;
};

/** What adoptions are made of. */
export type AdoptionParts = AdoptionPorts & {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly timers: Timers;
  readonly stores: ReleaseStores;
  readonly browser: StoreBrowser;
  readonly deltas: DeltaAdoption;
  readonly retry: PublicationRetryPolicy;
  readonly tally: Tally;
};
