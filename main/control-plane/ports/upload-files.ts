/**
 * The unfinished files of uploads, one per upload id. A shell's transport writes them; the control plane verifies,
 * adopts and removes them. They survive restarts, so that a sender goes on where it stopped.
 */
export type UploadFiles = {
  /** Where the transport writes this upload's bytes. Only for ids that the control plane gave out. */
  path(uploadId: string): string;
  /** Bytes that have arrived, or undefined when there is no file. */
  sizeBytes(uploadId: string): Promise<number | undefined>;
  /** Ids that have a file. */
  list(): Promise<readonly string[]>;
  /** Removes the file with what the transport noted about it; a missing one is no error. */
  remove(uploadId: string): Promise<void>;
  /** Bytes that the volume has left. */
  freeBytes(): Promise<number>;
};
