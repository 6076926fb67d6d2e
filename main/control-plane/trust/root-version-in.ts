import { z } from "zod";
import { ROOT_VERSION_FIELD } from "./metadata-drafts.ts";
import { damaged } from "./metadata-file.ts";

const timestampDocument = z.object({ signed: z.looseObject({ [ROOT_VERSION_FIELD]: z.int().min(1).optional() }) });

/**
 * Which root a timestamp says that it was committed with, before anything about it is believed; undefined for one of an
 * earlier build.
 *
 * @throws AppError ENV_DATA_CORRUPT when it is no timestamp.
 */
export function rootVersionIn({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): number | undefined {
  try {
    return timestampDocument.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))).signed[ROOT_VERSION_FIELD];
  } catch (cause) {
    throw damaged(name, cause);
  }
}
