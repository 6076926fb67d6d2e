/** Bytes that can be read at any place: a stored blob, or a file in memory. */
export type RangeSource = {
  readonly sizeBytes: number;
  /** The bytes at `offset`, fewer where the file ends, none behind it. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
};

const NOTHING = new Uint8Array();

/**
 * The same source with a budget: once `maxBytes` were read, or `maxReads` times, every further read gives nothing, so that
 * a file that points in circles costs no more than that.
 */
export function boundedSource(source: RangeSource, maxBytes: number, maxReads = 4096): RangeSource {
  let bytesLeft = maxBytes;
  let readsLeft = maxReads;
  return {
    sizeBytes: source.sizeBytes,
    read: async (offset, length) => {
      const wanted = Math.min(length, bytesLeft, source.sizeBytes - offset);
      if (offset < 0 || wanted <= 0 || readsLeft <= 0) return NOTHING;
      bytesLeft -= wanted;
      readsLeft -= 1;
      return source.read(offset, wanted);
    },
  };
}
