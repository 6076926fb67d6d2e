import { randomBytes, randomUUID } from "node:crypto";
import type { Ids } from "#main/control-plane/ports/ids.ts";

/** The machine's randomness. */
export const systemIds: Ids = {
  uuid: () => randomUUID(),
  secret: () => randomBytes(32).toString("base64url"),
};
