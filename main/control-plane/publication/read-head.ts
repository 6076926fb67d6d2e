import { inspectArtifact, INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import type { Inspection } from "#shared/domain/artifact/artifact.ts";
import type { ByteRange } from "../ports/blob-store.ts";

/** The first bytes of a file, as many as say what it is. @throws what opening and reading it failed with. */
export async function readHead(sizeBytes: number, open: (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await open({ first: 0, last: Math.min(sizeBytes, INSPECTED_BYTES) - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a file is that lies somewhere, by its bytes alone. @throws as `readHead`. */
export async function inspectStored(
  sizeBytes: number,
  open: (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>,
): Promise<Inspection> {
  return inspectArtifact("", await readHead(sizeBytes, open));
}
