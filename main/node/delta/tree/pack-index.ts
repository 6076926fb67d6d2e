import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { invalidDelta } from "../delta-header.ts";

/** A frame of the largest index is a single segment, whose window is as long as the index. */
const UNPACK_WINDOW_LOG = 26;
const LARGEST_WINDOW_LOG = 27;
const LARGEST_TABLE_LOG = 25;

/** From here on the best level takes most of a minute, and gains nothing where little has changed. */
const LARGE_INDEX_BYTES = 4 * 2 ** 20;

/** The least power of two that is not less, as its exponent; zstd takes none below 10. */
const logOf = (bytes: number): number => Math.max(10, Math.ceil(Math.log2(Math.max(1, bytes))));

/** Packs an index with the old tree's listing as its dictionary, so that what is the same in both costs next to nothing. */
export function packIndex(index: Buffer, oldListing: Buffer): Promise<Buffer> {
  const tableLog = Math.min(LARGEST_TABLE_LOG, logOf(oldListing.length));
  return promisify(zstdCompress)(index, {
    dictionary: oldListing,
    pledgedSrcSize: index.length,
    params: {
      [constants.ZSTD_c_compressionLevel]: index.length < LARGE_INDEX_BYTES ? 19 : 9,
      [constants.ZSTD_c_windowLog]: Math.min(LARGEST_WINDOW_LOG, logOf(oldListing.length + index.length)),
      [constants.ZSTD_c_hashLog]: tableLog,
      [constants.ZSTD_c_chainLog]: tableLog,
    },
  });
}

/**
 * Unpacks an index.
 *
 * @throws AppError DELTA_INVALID when it is damaged, or not as long as it says.
 */
export async function unpackIndex(packed: Buffer, oldListing: Buffer, unpackedBytes: number): Promise<Buffer> {
  const index = await unpack(packed, oldListing, unpackedBytes);
  if (index.length !== unpackedBytes) throw invalidDelta("its index is not as long as it says");
  return index;
}

async function unpack(packed: Buffer, dictionary: Buffer, unpackedBytes: number): Promise<Buffer> {
  try {
    const params = { [constants.ZSTD_d_windowLogMax]: UNPACK_WINDOW_LOG };
    return await promisify(zstdDecompress)(packed, { dictionary, params, maxOutputLength: Math.max(1, unpackedBytes) });
  } catch (cause) {
    throw invalidDelta("its index is damaged", cause);
  }
}
