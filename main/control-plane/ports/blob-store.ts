import type { Digests } from "#shared/domain/artifact/artifact.ts";

/** What the sender says the bytes are. A mismatch stores nothing. */
export type BlobExpectation = { readonly sha256?: string; readonly sizeBytes?: number };

/** How a read of incoming bytes is watched and ended. */
export type IngestOptions = {
  readonly expected?: BlobExpectation;
  /** Called as bytes arrive with the number read so far. */
  readonly onBytes?: (totalBytes: number) => void;
  readonly signal?: AbortSignal;
};

/** Bytes that are stored durably, with everything that the one read found out. */
export type StoredBlob = {
  readonly digests: Digests;
  readonly sizeBytes: number;
  /** The first bytes, at most `INSPECTED_BYTES`. */
  readonly head: Uint8Array;
  /** The same bytes were stored before. */
  readonly duplicate: boolean;
};

/** A stored blob, named by its SHA-256 in lower-case hex. `storedAt` is the last time that somebody stored it, in epoch milliseconds. */
export type BlobInfo = { readonly sha256: string; readonly sizeBytes: number; readonly storedAt: number };

/** A part of a blob, both ends included, as in an HTTP range. */
export type ByteRange = { readonly first: number; readonly last: number };

/** An OCI descriptor as far as tags need it. */
export type TaggedDescriptor = {
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly artifactType?: string;
};

/**
 * Content-addressed bytes, and the tags that name the roots among them. A resolved write is durable; one that fails or
 * is killed at any byte leaves nothing visible, and the next try completes it.
 *
 * Every method throws AppError ENV_DISK_FULL when the volume is full, and ENV_DATA_CORRUPT when the store's own files
 * are damaged.
 */
export type BlobStore = {
  /**
   * Reads the source once, hashing while it writes.
   * @throws AppError ARTIFACT_EMPTY, ARTIFACT_DIGEST_MISMATCH, CANCELLED.
   */
  ingest(source: AsyncIterable<Uint8Array>, options?: IngestOptions): Promise<StoredBlob>;
  /**
   * Copies a file of somebody else's, which may be written to meanwhile; then nothing is stored.
   * @throws AppError ARTIFACT_EMPTY, ARTIFACT_UNREADABLE, ARTIFACT_CHANGED, ARTIFACT_DIGEST_MISMATCH, CANCELLED.
   */
  importFile(path: string, options?: IngestOptions): Promise<StoredBlob>;
  /**
   * Takes over a finished file of ours: one read for the digests, then a hard link, or a copy on another volume. The
   * file stays for the caller to delete once it has noted the digest, so that a kill between the two loses nothing.
   * @throws AppError ARTIFACT_EMPTY, ARTIFACT_UNREADABLE, ARTIFACT_CHANGED, ARTIFACT_DIGEST_MISMATCH, CANCELLED.
   */
  adopt(path: string, options?: IngestOptions): Promise<StoredBlob>;
  stat(sha256: string): Promise<BlobInfo | undefined>;
  /**
   * Opens a blob for reading, whole or in part. The range must lie within the blob.
   * @throws AppError NOT_FOUND.
   */
  open(sha256: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  list(): AsyncIterable<BlobInfo>;
  /** Removes a blob; one that is gone already is no error. */
  remove(sha256: string): Promise<void>;
  /** Points `repository:tag` at a stored document, replacing what it pointed at. */
  setTag(repository: string, tag: string, target: TaggedDescriptor): Promise<void>;
  removeTag(repository: string, tag: string): Promise<void>;
  /** Tags of one repository, or of all, ordered by repository and tag. */
  tags(repository?: string): Promise<readonly { readonly repository: string; readonly tag: string; readonly target: TaggedDescriptor }[]>;
  /** Bytes and number of blobs, and what the volume has left. */
  usage(): Promise<{ readonly blobBytes: number; readonly blobCount: number; readonly freeBytes: number }>;
};
