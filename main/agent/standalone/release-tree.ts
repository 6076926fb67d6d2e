import type { BodyPace } from "../net/body-pace.ts";

/** One file to bring here. `sizeBytes` is exact. */
export type TreeFetch = {
  readonly path: string;
  readonly into: string;
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  readonly onProgress: (receivedBytes: number) => void;
  /** How slowly it may come. */
  readonly pace: BodyPace;
};

/**
 * A product's folder, wherever it lies. Paths are relative to it, with plain names between slashes; whoever calls has
 * checked them.
 */
export type ReleaseTree = {
  /** Where it lies, for people. Without secrets. */
  readonly place: string;
  /**
   * Reads a document; undefined when it is not there.
   *
   * @throws AppError INPUT_TOO_LARGE, REMOTE_*, ACCESS_*.
   */
  read(path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer | undefined>;
  /** Makes one try to bring a file here on top of what has arrived; whether it is whole. */
  fetch(wanted: TreeFetch): Promise<boolean>;
  /** Resolves when its index has changed, or after `intervalMs`, or when the signal ends the wait. Never rejects. */
  news(intervalMs: number, signal: AbortSignal): Promise<void>;
};

/** The document that a folder begins with. */
export const INDEX = "index.json";

/** Ten thousand versions fit, twice. */
export const MAX_INDEX_BYTES: number = 16 * 1024 * 1024;
