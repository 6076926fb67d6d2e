import { stat } from "node:fs/promises";
import { isNotFound } from "./disk-error.ts";

/** The bytes of a file; none when it is not there. */
export async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    if (isNotFound(thrown)) return 0;
    throw thrown;
  }
}
