import { z } from "zod";

/** How a file is packed, of the ways that can be undone to measure what deltas of the unpacked files would have. */
export const packing = z.enum(["gzip", "zstd", "zip", "xz", "bzip2", "upx"]);
export type Packing = z.infer<typeof packing>;
