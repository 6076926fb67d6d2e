import type { ArchiveListing } from "./archive-listing.ts";

/** What was read out of one stored file for comparing it. */
export type FileFacts = {
  readonly kind: string | undefined;
  readonly interpreter: string | undefined;
  /** Undefined for what is no program. */
  readonly libraries: readonly string[] | undefined;
  /** Undefined for what is no archive that we list. */
  readonly listing: ArchiveListing | undefined;
};
