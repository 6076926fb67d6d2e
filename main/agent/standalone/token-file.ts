import { readBoundedFile } from "#main/node/read-bounded-file.ts";

const MAX_TOKEN_BYTES = 16_384;

/** A token that the configuration names, if it does. Read anew each time, so that a changed file counts without a restart. */
export async function readTokenFile(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : (await readBoundedFile(path, MAX_TOKEN_BYTES)).toString("utf8").trim();
}
