import { createHash } from "node:crypto";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { LARGE_FILE_BYTES } from "./large-file-config.ts";

/** What a read in pieces may hold at one time, whatever the size of the file. */
const FLAT_BYTES = 24 * 2 ** 20;

/** SHA-256 of so many zero bytes. */
function sha256OfZeros(sizeBytes: number): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(2 ** 20);
  for (let done = 0; done < sizeBytes; done += piece.length) hash.update(piece);
  return hash.digest("hex");
}

describe("a large file", () => {
  it.each(["adopt", "importFile"] as const)(
    `of ${LARGE_FILE_BYTES / 2 ** 20} MiB is taken in by %s in flat memory`,
    { timeout: 120_000 },
    async (take) => {
      const folder = await tempFolder();
      const store = await openFsBlobStore(join(folder, "store"));
      const path = join(folder, "sparse");
      await writeFile(path, "");
      await truncate(path, LARGE_FILE_BYTES);
      const heldBytes = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
      const before = heldBytes();
      let peak = 0;
      let pieces = 0;
      const onBytes = (): void => {
        pieces += 1;
        if (pieces % 16 === 0) peak = Math.max(peak, heldBytes() - before);
      };
      const stored = await store[take](path, { onBytes });
      expect(stored).toMatchObject({ sizeBytes: LARGE_FILE_BYTES, digests: { sha256: sha256OfZeros(LARGE_FILE_BYTES) } });
      expect(pieces).toBeGreaterThan(16);
      expect(peak).toBeLessThan(FLAT_BYTES);
    },
  );
});
