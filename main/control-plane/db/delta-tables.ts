type Flag = 0 | 1;

type DeltaPreparationTable = {
  releaseId: string;
  state: "making" | "paused" | "done";
  message: string;
  /** How long making may take in all, and has taken. */
  limitMs: number;
  usedMs: number;
  startedAt: number;
  startedBy: string;
  finishedAt: number | null;
};
type ReleaseDeltaTable = {
  releaseId: string;
  /** The file that it makes. */
  artifactSha256: string;
  fromSha256: string;
  fromReleaseId: string;
  fromVersion: string;
  fromSizeBytes: number;
  ordinal: number;
  state: "pending" | "running" | "made" | "dropped" | "failed" | "skipped";
  /** How often its making began; one that was cut thrice is left alone. */
  attempts: number;
  codec: "matches" | "dictionary" | "tree" | null;
  sizeBytes: number | null;
  sha256: string | null;
  /** It leads between what both archives unpack to; their tree digests stand from when it is made. */
  isTree: Flag;
  fromTree: string | null;
  toTree: string | null;
  /** It stands in the manifest of the release. */
  named: Flag;
  message: string;
};

type RolloutTrafficTable = {
  rolloutId: string;
  /** Releases that hosts have told to be staged, and what all of them together took and would have taken whole. */
  downloads: number;
  bytes: number;
  fullBytes: number;
};

/** Tables of deltas, of their making (migrations 0110 and 0112), and of what they saved (0111). */
export type DeltaTables = {
  deltaPreparations: DeltaPreparationTable;
  releaseDeltas: ReleaseDeltaTable;
  rolloutTraffic: RolloutTrafficTable;
};
