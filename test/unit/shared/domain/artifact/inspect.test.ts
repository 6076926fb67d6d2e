import { describe, expect, it } from "vitest";
import { inspectArtifact } from "#shared/domain/artifact/inspect.ts";
import { inspection } from "#shared/domain/artifact/artifact.ts";
import { elfHeader, fatMachO, peHeader, text, thinMachO } from "./headers.ts";

const platformOf = (head: Uint8Array): string | undefined => inspectArtifact("file", head).platform?.value;

describe("inspectArtifact", () => {
  it.each([
    [62, 64, "little", "linux/amd64"],
    [183, 64, "little", "linux/arm64"],
    [40, 32, "little", "linux/arm"],
    [3, 32, "little", "linux/386"],
    [243, 64, "little", "linux/riscv64"],
    [21, 64, "little", "linux/ppc64le"],
    [22, 64, "big", "linux/s390x"],
  ] as const)("reads ELF machine %i of %i bits, %s-endian, as %s", (machine, bits, order, platform) => {
    expect(platformOf(elfHeader({ machine, bits, order }))).toBe(platform);
  });

  it("tells musl from glibc by the program interpreter", () => {
    expect(platformOf(elfHeader({ machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1" }))).toBe("linux/amd64+musl");
    expect(platformOf(elfHeader({ machine: 62, interpreter: "/lib64/ld-linux-x86-64.so.2" }))).toBe("linux/amd64+gnu");
    expect(platformOf(elfHeader({ machine: 40, bits: 32, interpreter: "/lib/ld-linux-armhf.so.3" }))).toBe("linux/arm+gnu");
    expect(platformOf(elfHeader({ machine: 62, interpreter: "/libexec/ld-elf.so.1" }))).toBe("freebsd/amd64");
  });

  it("leaves the libc open when the interpreter lies behind the head", () => {
    expect(platformOf(elfHeader({ machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1" }).subarray(0, 100))).toBe("linux/amd64");
  });

  it("names a machine it does not know and guesses no platform", () => {
    const found = inspectArtifact("tool", elfHeader({ machine: 8 }));
    expect(found.platform).toBeUndefined();
    expect(found.advice.join(" ")).toContain("machine 8");
  });

  it("warns of object files", () => {
    expect(inspectArtifact("x.o", elfHeader({ machine: 62, type: 1 })).advice.join(" ")).toContain("object file");
  });

  it("reads thin Mach-O of both byte orders", () => {
    expect(platformOf(thinMachO(0x0100000c))).toBe("darwin/arm64");
    expect(platformOf(thinMachO(0x01000007))).toBe("darwin/amd64");
    expect(platformOf(thinMachO(0x01000007, false))).toBe("darwin/amd64");
  });

  it("names every platform of a universal binary, Apple's present machines first", () => {
    const found = inspectArtifact("tool", fatMachO([0x01000007, 0x0100000c]));
    expect(found).toMatchObject({
      format: "mach-o",
      platform: { value: "darwin/arm64", from: "file header" },
      platforms: { value: ["darwin/arm64", "darwin/amd64"] },
    });
    expect(found.advice[0]).toContain("darwin/arm64 and darwin/amd64");
  });

  it("does not take a Java class for a universal binary", () => {
    expect(inspectArtifact("A.class", Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65)).format).toBe("unknown");
  });

  it("reads Windows programs and warns of libraries", () => {
    expect(platformOf(peHeader(0x8664))).toBe("windows/amd64");
    expect(platformOf(peHeader(0xaa64))).toBe("windows/arm64");
    expect(inspectArtifact("a.dll", peHeader(0x014c, 0x2000))).toMatchObject({
      platform: { value: "windows/386" },
      advice: [expect.stringContaining("DLL")],
    });
  });

  it("names the interpreter that a script needs", () => {
    expect(inspectArtifact("run", text("#!/usr/bin/env node\nconsole.log(1)"))).toMatchObject({
      format: "script",
      platform: { value: "any" },
      advice: ["This script needs node on every host."],
    });
    expect(inspectArtifact("run", text("#!/bin/sh -e\n")).advice).toEqual(["This script needs /bin/sh on every host."]);
  });

  it.each([
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8)],
    ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
    ["zip", Uint8Array.of(0x50, 0x4b, 3, 4)],
    ["tar", Uint8Array.from([...new Uint8Array(257), ...text("ustar\0")])],
  ])("recognises %s archives and advises to unpack them", (format, head) => {
    const found = inspectArtifact("web-1.4.2-linux-arm64.tar.gz", head);
    expect(found).toMatchObject({
      format,
      platform: { value: "linux/arm64", from: "file name" },
      version: { value: "1.4.2" },
      name: { value: "web" },
    });
    expect(found.advice[0]).toContain("unpacked program");
  });

  it.each([
    ["xz archive", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), "unpacked"],
    ["bzip2 archive", text("BZh91AY"), "unpacked"],
    ["LZ4 archive", Uint8Array.of(4, 0x22, 0x4d, 0x18), "unpacked"],
    ["7-Zip archive", Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "unpacked"],
    ["Debian package", text("!<arch>\ndebian-binary   "), "not a package"],
    ["RPM package", Uint8Array.of(0xed, 0xab, 0xee, 0xdb), "not a package"],
    ["static library (ar archive)", text("!<arch>\nfoo.o/"), "linked program"],
    ["Java archive", Uint8Array.from([0x50, 0x4b, 3, 4, ...new Uint8Array(26), ...text("META-INF/MANIFEST.MF")]), "Java runtime"],
  ])("names a %s and says what to drop instead", (kind, head, advice) => {
    const found = inspectArtifact("web-1.4.2", head);
    expect(found.kind).toBe(kind);
    expect(found.advice[0]).toContain(advice);
  });

  it("names a program that is packed with UPX, and says what that costs", () => {
    const packed = elfHeader({ machine: 62 });
    packed.set(text("UPX!"), 236);
    const found = inspectArtifact("tool", packed);
    expect(found.kind).toContain("packed with UPX");
    expect(found.advice.join(" ")).toContain("Drop the unpacked one");
    const notPacked = text("#!/bin/sh\n# UPX!");
    expect(inspectArtifact("run", notPacked).kind).toBe("sh script");
  });

  it("tells an AppImage from a plain program, and a static program from a dynamic one", () => {
    const appImage = elfHeader({ machine: 62 });
    appImage.set([0x41, 0x49, 2], 8);
    expect(inspectArtifact("app", appImage)).toMatchObject({ kind: "AppImage (ELF)", advice: [expect.stringContaining("FUSE")] });
    const dynamic = elfHeader({ machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1" });
    expect(inspectArtifact("app", dynamic).kind).toBe("Linux program (ELF), musl");
    const fixed = Uint8Array.from(dynamic);
    new DataView(fixed.buffer).setUint32(64, 1, true);
    expect(inspectArtifact("app", fixed)).toMatchObject({ kind: "Linux program (ELF), static", platform: { value: "linux/amd64" } });
  });

  it("passes over the options of env to the interpreter of a script", () => {
    expect(inspectArtifact("run", text("#!/usr/bin/env -S A=1 node --flag\n")).advice).toEqual(["This script needs node on every host."]);
  });

  it("believes the header more than the name and says that they disagree", () => {
    const found = inspectArtifact("web-1.4.2-linux-arm64", elfHeader({ machine: 62 }));
    expect(found.platform).toEqual({ value: "linux/amd64", from: "file header" });
    expect(found.advice[0]).toContain("The name says linux/arm64, but the file is made for linux/amd64");
  });

  it("gives an answer within its own schema for every truncation of every header", () => {
    for (const whole of [
      elfHeader({ machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1" }),
      fatMachO([7, 12]),
      peHeader(0x8664),
      text("#!/bin/sh"),
    ]) {
      for (let length = 0; length <= whole.length; length += 1)
        expect(inspection.safeParse(inspectArtifact("x", whole.subarray(0, length))).success).toBe(true);
    }
  });
});
