import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";

/** Files are packed with a window of this at most, so that unpacking needs no more memory. */
const WINDOW_LOG = 22;

/** Packs a file that is sent whole. */
export function packPart(bytes: Uint8Array): Promise<Buffer> {
  const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: WINDOW_LOG };
  return promisify(zstdCompress)(bytes, { params, pledgedSrcSize: bytes.length });
}

/** What unpacking it takes. */
export const UNPACK_PART = { params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } } as const;
