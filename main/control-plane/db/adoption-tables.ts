/** A JSON document in a TEXT column: written with JSON.stringify, read through its zod schema. */
type JsonText = string;

type AdoptionTable = {
  id: string;
  applicationId: string;
  storeId: string;
  state: "running" | "paused" | "failed" | "cancelled" | "completed";
  message: string;
  /** An array of public keys as they were given, of which one must have signed each release; empty asks for none. */
  publicKeys: JsonText;
  startedAt: number;
  startedBy: string;
  finishedAt: number | null;
  revision: number;
};
type AdoptionReleaseTable = {
  adoptionId: string;
  ordinal: number;
  reference: string;
  version: string;
  state: "pending" | "running" | "done" | "failed";
  attempts: number;
  /** Failures in a row without a further file. */
  failures: number;
  errorCode: string | null;
  errorMessage: string | null;
  retryAt: number | null;
  releaseId: string | null;
};
type AdoptionFileTable = {
  adoptionId: string;
  ordinal: number;
  /** Where it stands among the files of its release. */
  place: number;
  name: string;
  platform: string;
  /** 0 until the store was asked. */
  sizeBytes: number;
  /** What it is fetched as. */
  uploadId: string | null;
};

/** Tables of adoptions (migration 0113). */
export type AdoptionTables = {
  adoptions: AdoptionTable;
  adoptionReleases: AdoptionReleaseTable;
  adoptionFiles: AdoptionFileTable;
};
