import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { makeDelta, type DeltaCodec } from "#main/node/delta/make-delta.ts";
import { seededBytes, seededRandom, seedOfRun } from "#test/builders/seeded-random.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { millDeltas } from "#test/fuzz/delta-mill.ts";

const CODECS: readonly DeltaCodec[] = ["matches", "dictionary"];

const ends = (old: Uint8Array, fresh: Uint8Array) => ({
  oldBytes: old.length,
  newBytes: fresh.length,
  oldSha256: hash("sha256", old),
  newSha256: hash("sha256", fresh),
});

/** Lays out a delta with its old file, and applies it as it is or as it was changed. */
async function layOut(old: Uint8Array, fresh: Uint8Array, codec: DeltaCodec) {
  const folder = await tempFolder();
  const [oldPath, deltaPath, newPath] = [join(folder, "old"), join(folder, "delta"), join(folder, "new")];
  const delta = Buffer.concat(await makeDelta(old, fresh, codec));
  await writeFile(oldPath, old);
  const apply = async (bytes: Uint8Array = delta, signal = new AbortController().signal) => {
    await writeFile(deltaPath, bytes);
    await applyDelta({ deltaPath, oldPath, newPath, expected: ends(old, fresh), signal });
    return readFile(newPath);
  };
  return { delta, apply, oldPath, newPath };
}

/** A program and its next version: code moved, addresses in it changed, a part was added and one is gone. */
function relinked(): { readonly old: Buffer; readonly fresh: Buffer } {
  const old = Buffer.alloc(200_000);
  let state = 7;
  for (let index = 0; index < old.length; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    old[index] = state >> 16;
  }
  const moved = Buffer.concat([old.subarray(0, 60_000), Buffer.from("a new function ".repeat(200)), old.subarray(62_000)]);
  for (let index = 500; index < moved.length; index += 400) moved[index] = ((moved[index] ?? 0) + 3) % 256;
  return { old, fresh: moved };
}

describe.each(CODECS)("a delta by %s", (codec) => {
  it("leads from any bytes to any others, exactly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        async (old, fresh) => {
          const { apply } = await layOut(old, fresh, codec);
          expect(hash("sha256", await apply())).toBe(hash("sha256", fresh));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of a program that was linked again is a fraction of it", async () => {
    const { old, fresh } = relinked();
    const { delta, apply } = await layOut(old, fresh, codec);
    expect((await apply()).equals(fresh)).toBe(true);
    expect(delta.length / fresh.length).toBeLessThan(0.05);
  });

  it("leads to a large file whose every piece is its own", async () => {
    const random = seededRandom(seedOfRun());
    const fresh = Buffer.from(seededBytes(random, 6_000_000));
    const old = Buffer.concat([fresh.subarray(3_000_000), Buffer.alloc(1000, 7), fresh.subarray(0, 3_000_000)]);
    const { apply } = await layOut(old, fresh, codec);
    expect((await apply()).equals(fresh)).toBe(true);
  });

  it("is refused for an old file that is another one, and leaves nothing behind", async () => {
    const { old, fresh } = relinked();
    const { delta, apply, oldPath, newPath } = await layOut(old, fresh, codec);
    await writeFile(oldPath, Buffer.from(old).fill(0, 1000, 2000));
    await expect(apply(delta)).rejects.toMatchObject({ code: "DELTA_INVALID" });
    await expect(readFile(newPath)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("stops when it is told to", async () => {
    const { old, fresh } = relinked();
    const { delta, apply, newPath } = await layOut(old, fresh, codec);
    await expect(apply(delta, AbortSignal.abort())).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(readFile(newPath)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("never leads to other bytes, whatever was done to it", async () => {
    const seed = seedOfRun();
    const { refused, findings } = await millDeltas(codec, 600, seededRandom(seed));
    expect(findings, `seed ${seed}`).toEqual([]);
    expect(refused).toBeGreaterThan(500);
  });
});
