type Flag = 0 | 1;

/** A JSON document in a TEXT column: written with JSON.stringify, read through its zod schema. */
type JsonText = string;

type StoreTable = {
  id: string;
  name: string;
  /** `storeSettings`, never a secret. */
  settings: JsonText;
  hasSecret: Flag;
  createdAt: number;
  checkedAt: number | null;
  checkedOk: Flag | null;
  checkedMessage: string | null;
  revision: number;
};
type PublicationTable = {
  id: string;
  releaseId: string;
  storeId: string;
  /** Where it stands among the stores of its release, which is the order in which they are asked for bytes. */
  place: number;
  state: "running" | "waiting" | "paused" | "failed" | "cancelled" | "completed";
  message: string;
  errorCode: string | null;
  errorMessage: string | null;
  retryAt: number | null;
  /** Failures in a row without progress. */
  failures: number;
  /** It was cancelled, and what it left in the store is still to be removed. */
  cleaning: Flag;
  signingRequestId: string | null;
  startedAt: number;
  startedBy: string;
  finishedAt: number | null;
  revision: number;
};
type PublicationStepTable = {
  publicationId: string;
  stepId: string;
  ordinal: number;
  phase: "check" | "upload" | "verify" | "describe" | "finish" | "sign";
  title: string;
  state: "pending" | "running" | "done";
  doneBytes: number;
  totalBytes: number;
  needsSignature: Flag;
  attempts: number;
  /** What the step noted about where it is, in the words of its store. */
  note: JsonText | null;
};
type ReleaseLocationTable = { releaseId: string; storeId: string; sha256: string; location: JsonText };
type StoreTaskTable = {
  id: string;
  storeId: string;
  kind: "channel" | "withdraw";
  productId: string;
  /** The channel's name; for a withdrawal the version. */
  subject: string;
  version: string;
  failures: number;
  message: string;
  createdAt: number;
};

/** Tables of stores and of the publications that bring releases there (migration 0070). */
export type PublicationTables = {
  stores: StoreTable;
  publications: PublicationTable;
  publicationSteps: PublicationStepTable;
  releaseLocations: ReleaseLocationTable;
  storeTasks: StoreTaskTable;
};
