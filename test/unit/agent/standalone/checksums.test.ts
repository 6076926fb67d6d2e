import { describe, expect, it } from "vitest";
import { readChecksum } from "#main/agent/standalone/plain/checksums.ts";

const one = "a".repeat(64);
const two = "b".repeat(64);

describe("a list of checksums", () => {
  it("names files as sha256sum writes them, in text and binary, with folders or capitals", () => {
    const list = `${one}  web\n${two.toUpperCase()} *dist/cli\n`;
    expect(readChecksum(list, "web")).toBe(one);
    expect(readChecksum(list, "cli")).toBe(two);
    expect(readChecksum(list, "we")).toBeUndefined();
    expect(readChecksum(`${one}  web\r\n`, "web")).toBe(one);
  });

  it("may be one bare digest, of the one file beside it", () => {
    expect(readChecksum(`${one}\n`, "web")).toBe(one);
  });

  it("is nothing else", () => {
    expect(readChecksum("", "web")).toBeUndefined();
    expect(readChecksum(`${one.slice(1)}  web\nSHA256 (web) = ${one}\n`, "web")).toBeUndefined();
  });
});
