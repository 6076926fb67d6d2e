import { z } from "zod";
import type { ProcessIdentity } from "./process-identity.ts";

/** How a {@link ProcessIdentity} is kept in files. Apart from it, since the holder needs no schema of it. */
export const processIdentity = z.object({ pid: z.int().min(2), stamp: z.string().min(1).max(200) }) satisfies z.ZodType<ProcessIdentity>;
