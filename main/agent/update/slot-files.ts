/** The files of one version on this disk, whichever way they lie there. */
export type SlotFiles = {
  /** The released file, or the folder of the unpacked ones. */
  readonly artifactPath: string;
  /** What `current` points at, for people. */
  readonly folder: string;
  /** Whether it lies there. What cannot be looked at does, until reading it all says otherwise. */
  isHere(): Promise<boolean>;
  /** Reads everything and compares it with what was verified when it came. */
  isIntact(): Promise<boolean>;
  /**
   * The same answer without reading a byte while nobody has touched the files; otherwise reads everything. For the moment
   * of a revert, when every second counts (docs/adr/0063).
   */
  isUnchanged(): Promise<boolean>;
  /** Bytes of all files; 0 when they are not here. */
  sizeBytes(): Promise<number>;
};
