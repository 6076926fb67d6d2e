import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AppError } from "#shared/errors/app-error.ts";
import { packedContents, type PackedFile } from "#main/node/packing/packed-contents.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { SAMPLE_TEXT, samples } from "./packed-samples.ts";

const bytesOf = (name: keyof typeof samples): Buffer => Buffer.from(samples[name], "base64");

/** Unpacks bytes whole; rejects with what the decoder says. */
async function unpack(packing: PackedFile["packing"], bytes: Uint8Array, mostBytes = 1_000_000): Promise<Buffer> {
  const path = join(await tempFolder(), "packed");
  await writeFile(path, bytes);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of packedContents({ path, packing, mostBytes, upx: undefined })) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) break;
  }
  return Buffer.concat(pieces);
}

const refused = (why: string) => ({ code: "ARTIFACT_ARCHIVE_REFUSED", message: expect.stringContaining(why) });

describe.each(["xz", "bzip2"] as const)("a file that is packed with %s", (packing) => {
  it("unpacks to what was packed", async () => {
    expect((await unpack(packing, bytesOf(packing))).toString()).toBe(SAMPLE_TEXT);
  });

  it("is refused wherever it is cut", async () => {
    const whole = bytesOf(packing);
    for (let length = 0; length < whole.length; length += 1)
      await expect(unpack(packing, whole.subarray(0, length)), `${length} bytes`).rejects.toMatchObject(refused("cut off"));
  });

  it("is refused or unpacked to the same bytes, whichever of its bytes is another", { timeout: 60_000 }, async () => {
    const whole = bytesOf(packing);
    for (let at = 0; at < whole.length; at += 1) {
      const mutant = Buffer.from(whole);
      mutant[at] = (mutant[at] ?? 0) ^ 0x55;
      const outcome = await unpack(packing, mutant).then(String, (thrown: unknown) =>
        thrown instanceof AppError ? thrown.code : String(thrown),
      );
      expect([SAMPLE_TEXT, "ARTIFACT_ARCHIVE_REFUSED"], `byte ${at}`).toContain(outcome);
    }
  });
});

describe("a bomb", () => {
  it("in bzip2 is stopped within the decoder", async () => {
    await expect(unpack("bzip2", bytesOf("bzip2Bomb"))).rejects.toMatchObject(refused("more than 1000000 bytes"));
  });

  it("in bzip2 of many streams is stopped, too", async () => {
    const streams = Buffer.concat(Array.from({ length: 1000 }, () => bytesOf("bzip2")));
    await expect(unpack("bzip2", streams, 20_000)).rejects.toMatchObject(refused("more than 20000 bytes"));
    expect((await unpack("bzip2", streams)).length).toBe(1000 * SAMPLE_TEXT.length);
  });

  it("in xz comes in pieces, so that whoever reads stops, and the next file can be read", async () => {
    expect((await unpack("xz", bytesOf("xzBomb"), 100_000)).length).toBeLessThan(200_000);
    expect((await unpack("xz", bytesOf("xz"))).toString()).toBe(SAMPLE_TEXT);
  });
});

describe("an xz file that is not read here", () => {
  it.each([
    ["xzFiltered", "filters or checksums"],
    ["xzSha256", "checksums"],
    ["xzWide", "larger than 64 MiB"],
  ] as const)("says why (%s)", async (name, why) => {
    await expect(unpack("xz", bytesOf(name))).rejects.toMatchObject(refused(why));
  });

  it("is none of several streams, wherever one ends", async () => {
    const streams = Buffer.concat(Array.from({ length: 10_000 }, () => bytesOf("xz")));
    expect((await unpack("xz", streams)).length).toBe(10_000 * SAMPLE_TEXT.length);
    await expect(unpack("xz", Buffer.concat([streams, Buffer.from("more")]))).rejects.toMatchObject(refused("damaged"));
  });
});
