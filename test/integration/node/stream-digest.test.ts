import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { digestStream, sha256OfFile } from "#main/node/stream-digest.ts";

const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex");

describe("digestStream", () => {
  it("gives the size and all three digests from one read", async () => {
    const bytes = randomBytes(300_001);
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 100_000), bytes.subarray(100_000)];
    expect(await digestStream(Readable.from(pieces))).toEqual({
      sizeBytes: bytes.length,
      sha256: hex("sha256", bytes),
      sha1: hex("sha1", bytes),
      sha512: hex("sha512", bytes),
    });
  });

  it("digests nothing to the digests of nothing", async () => {
    expect((await digestStream(Readable.from([]))).sha256).toBe(hex("sha256", new Uint8Array()));
  });

  it("refuses text, whose bytes nobody defined", async () => {
    await expect(digestStream(Readable.from(["text"]))).rejects.toThrow("a stream of bytes");
  });

  it("reads a file in the same words as other tools do", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-digest-"));
    const bytes = randomBytes(2_500_000);
    await writeFile(join(folder, "file"), bytes);
    expect(await sha256OfFile(join(folder, "file"))).toBe(hex("sha256", bytes));
    await rm(folder, { recursive: true });
  });
});
