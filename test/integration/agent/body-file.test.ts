import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BodyFile } from "#main/agent/net/body-file.ts";
import { seededBytes, seededRandom } from "#test/builders/seeded-random.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

async function openFile(flags: string) {
  const path = join(await tempFolder(), "body");
  await (await open(path, "w")).close();
  return { path, file: await open(path, flags) };
}

describe("the file of a body", () => {
  it("holds every piece in its order, whatever their sizes, and knows their digest", async () => {
    const { path, file } = await openFile("w");
    const random = seededRandom(11);
    const written: number[] = [];
    const body = new BodyFile(file, (bytes) => void written.push(bytes));
    const pieces = Array.from({ length: 300 }, () => Buffer.from(seededBytes(random, Math.floor(random() * 20_000))));
    for (const piece of pieces) await body.take(piece);
    await body.finish();
    await file.close();
    const whole = Buffer.concat(pieces);
    expect((await readFile(path)).equals(whole)).toBe(true);
    expect(body.digest()).toBe(createHash("sha256").update(whole).digest("hex"));
    expect(written.reduce((sum, bytes) => sum + bytes, 0)).toBe(whole.length);
    expect(Math.max(...written)).toBeLessThan(1024 * 1024);
  });

  it("makes its writer wait when the disk does not keep up", async () => {
    const { file } = await openFile("w");
    const body = new BodyFile(file, () => undefined);
    const piece = Buffer.alloc(600 * 1024);
    expect(body.take(piece)).toBeUndefined();
    expect(body.take(piece)).toBeInstanceOf(Promise);
    await body.finish();
    expect((await file.stat()).size).toBe(2 * piece.length);
    await file.close();
  });

  it("tells at the end at the latest that the disk did not take it", async () => {
    const { file } = await openFile("r");
    const body = new BodyFile(file, () => undefined);
    await body.take(Buffer.from("lost"));
    await expect(body.finish()).rejects.toThrow("EBADF");
    await file.close();
  });
});
