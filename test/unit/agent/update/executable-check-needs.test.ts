import { describe, expect, it } from "vitest";
import { executableNeeds } from "#main/agent/update/executable-check-needs.ts";
import { elfHeader, fatMachO, peHeader, text, thinMachO } from "../../shared/domain/artifact/headers.ts";

const [X64, ARM64, I386, MIPS] = [62, 183, 3, 8];
const [MAC_X64, MAC_ARM] = [0x0100_0007, 0x0100_000c];
const GNU = "/lib64/ld-linux-x86-64.so.2";
const MUSL = "/lib/ld-musl-x86_64.so.1";

const needsOf = (head: Uint8Array, host: string, platform = host, loader?: string) => executableNeeds({ head, loader, platform }, host);

describe("what a file needs from the host that starts it", () => {
  it.each([
    ["an ARM program on Intel", elfHeader({ machine: ARM64 }), "linux/amd64", "linux/arm64"],
    ["an Intel program on ARM", elfHeader({ machine: X64 }), "linux/arm64", "linux/amd64"],
    ["a Linux program on a Mac", elfHeader({ machine: X64 }), "darwin/amd64", "linux/amd64"],
    ["a Mac program on Linux", thinMachO(MAC_ARM), "linux/arm64", "darwin/arm64"],
    ["an Apple silicon program on an Intel Mac", thinMachO(MAC_ARM), "darwin/amd64", "darwin/arm64"],
    ["a Windows program on Linux", peHeader(0x8664), "linux/amd64", "windows/amd64"],
    ["a program of an unknown machine", elfHeader({ machine: MIPS }), "linux/amd64", "a machine that Rollcall does not know"],
  ])("is another machine for %s", (_, head, host, madeFor) => {
    expect(needsOf(head, host)).toEqual({ kind: "foreign", madeFor });
  });

  it.each([
    ["a static program of this machine", elfHeader({ machine: X64 }), "linux/amd64"],
    ["a program of this machine, whatever its variant", elfHeader({ machine: 40, bits: 32 }), "linux/arm/v7"],
    ["a 32-bit program on a 64-bit machine", elfHeader({ machine: I386, bits: 32 }), "linux/amd64"],
    ["an Intel program on an Apple silicon Mac", thinMachO(MAC_X64), "darwin/arm64"],
    ["a universal program", fatMachO([MAC_X64, MAC_ARM]), "darwin/amd64"],
    ["a Windows program on Windows", peHeader(0x8664), "windows/amd64"],
    ["a portable program that begins like a Windows one", text("MZqFpD='\n"), "linux/amd64"],
    ["text that no header explains", text("hello"), "linux/amd64"],
    ["nothing at all", new Uint8Array(), "linux/amd64"],
  ])("is nothing for %s", (_, head, host) => {
    expect(needsOf(head, host)).toEqual({ kind: "nothing" });
  });

  it("is the loader that the program names, and whether its libc is another", () => {
    const glibc = elfHeader({ machine: X64, interpreter: GNU });
    const musl = elfHeader({ machine: X64, interpreter: MUSL });
    expect(needsOf(glibc, "linux/amd64", "linux/amd64", GNU)).toEqual({ kind: "loader", path: GNU, libc: "glibc", isOtherLibc: false });
    expect(needsOf(glibc, "linux/amd64+musl", "linux/amd64", GNU)).toMatchObject({ isOtherLibc: true });
    expect(needsOf(musl, "linux/amd64", "linux/amd64", MUSL)).toMatchObject({ libc: "musl", isOtherLibc: true });
    expect(needsOf(musl, "linux/amd64+musl", "linux/amd64", MUSL)).toMatchObject({ isOtherLibc: false });
  });

  it("is nothing for a program that was published for any platform, which its command knows to run", () => {
    expect(needsOf(elfHeader({ machine: ARM64 }), "linux/amd64", "any")).toEqual({ kind: "nothing" });
  });

  it.each([
    ["#!/bin/sh\n", "/bin/sh", undefined],
    ["#! /usr/bin/python3 -u\n", "/usr/bin/python3", undefined],
    ["#!/usr/bin/env node\n", "/usr/bin/env", "node"],
    ["#!/usr/bin/env -S NODE_ENV=x node --flag\n", "/usr/bin/env", "node"],
    ["#!/bin/sh\r\n", "/bin/sh\r", undefined],
  ])("is the interpreter of the script %j, also for any platform", (line, path, program) => {
    expect(needsOf(text(line), "linux/amd64", "any")).toEqual({ kind: "script", interpreter: { path, program } });
  });
});
