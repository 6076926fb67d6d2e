import type { Store } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { UploadFiles } from "../ports/upload-files.ts";

/** What intake works with. */
export type UploadParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly files: UploadFiles;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Largest file that is taken in, in bytes; a setting. */
  readonly maxBytes: () => number;
};
