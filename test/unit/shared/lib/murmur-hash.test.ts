import { describe, expect, it } from "vitest";
import { murmurHash32 } from "#shared/lib/murmur-hash.ts";

describe("the 32-bit murmur hash", () => {
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["test", 0, 0xba6bd213],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
  ])("gives the published value of %j with seed %i", (text, seed, value) => {
    expect(murmurHash32(text, seed)).toBe(value);
  });
});
