import type { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Reads a JSON document of a registry.
 *
 * @throws AppError STORE_PROTOCOL when it is not what it should be. What it says is not quoted.
 */
export function parseDocument<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, what: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    throw new AppError("STORE_PROTOCOL", `The registry answered ${what} with a document that cannot be read; nothing of it was used.`, {
      cause,
    });
  }
}
