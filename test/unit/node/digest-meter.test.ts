import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DigestMeter } from "#main/node/digest-meter.ts";

const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex");
const text = new TextEncoder().encode("the quick brown fox jumps over the lazy dog");

describe("the meter of what is read once", () => {
  it("gives the size and all three digests, however the bytes were cut", () => {
    const meter = new DigestMeter(0);
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 20],
      [20, text.length],
    ])
      meter.update(text.subarray(from, to));
    expect(meter.finish()).toMatchObject({
      sizeBytes: text.length,
      digests: { sha256: hex("sha256", text), sha1: hex("sha1", text), sha512: hex("sha512", text) },
    });
  });

  it("digests nothing to the digests of nothing", () => {
    expect(new DigestMeter(0).finish()).toMatchObject({ sizeBytes: 0, digests: { sha256: hex("sha256", new Uint8Array()) } });
  });
});
