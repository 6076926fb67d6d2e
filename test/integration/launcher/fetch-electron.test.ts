import { createHash } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { DownloadProgress } from "#main/launcher/download-progress.ts";
import { findElectron } from "#main/launcher/electron-program.ts";
import { fetchElectron, type FetchOptions } from "#main/launcher/fetch-electron.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { storedZip } from "#test/builders/stored-zip.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const MODULES = resolve("node_modules");
const { version }: { version: string } = JSON.parse(await readFile(join(MODULES, "electron/package.json"), "utf8"));
const ARCHIVE = `electron-v${version}-${process.platform}-${process.arch}.zip`;

/** Electron's own package in a folder of its own, with its real install script, that expects this archive. */
async function electronPackage(archive: Buffer): Promise<string> {
  const modules = join(await tempFolder(), "node_modules");
  const folder = join(modules, "electron");
  await mkdir(modules);
  await cp(join(MODULES, "electron"), folder, { recursive: true, filter: (from) => !/[\\/]electron[\\/]dist/.test(from) });
  for (const scope of ["@electron", "@electron-internal"]) await symlink(join(MODULES, scope), join(modules, scope), "junction");
  await writeFile(join(folder, "checksums.json"), JSON.stringify({ [ARCHIVE]: createHash("sha256").update(archive).digest("hex") }));
  return folder;
}

/** A mirror of Electron's releases that answers as the test says. */
const mirror = async (answer: (response: ServerResponse) => void): Promise<string> =>
  `${await httpServer((_request, response) => answer(response))}/`;

async function options(packageFolder: string, mirrorUrl: string, more: Partial<FetchOptions> = {}): Promise<FetchOptions> {
  const cache = await tempFolder();
  const { HTTP_PROXY: _a, http_proxy: _b, HTTPS_PROXY: _c, https_proxy: _d, ...environment } = process.env;
  return {
    packageFolder,
    environment: { ...environment, ELECTRON_MIRROR: mirrorUrl, electron_config_cache: cache, NO_PROXY: "127.0.0.1" },
    stallMs: 10_000,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

describe("fetching Electron", () => {
  it("runs the package's own install script, reports every byte, and finds the program afterwards", async () => {
    const archive = storedZip({ electron: { content: "#!/bin/sh\n".padEnd(600_000, "#"), mode: 0o755 }, version: { content: version } });
    const folder = await electronPackage(archive);
    expect(findElectron(folder, undefined)).toEqual({ kind: "absent" });
    const seen: DownloadProgress[] = [];
    const url = await mirror((response) => response.setHeader("content-length", archive.length).end(archive));
    const outcome = await fetchElectron(await options(folder, url, { onProgress: (progress) => seen.push(progress) }));
    expect(outcome).toEqual({ kind: "fetched" });
    expect(seen.at(-1)).toEqual({ receivedBytes: archive.length, totalBytes: archive.length });
    expect(findElectron(folder, undefined)).toEqual({ kind: "present", program: join(folder, "dist", "electron") });
  });

  it("is given up when nothing arrives any more", async () => {
    const folder = await electronPackage(Buffer.from("never whole"));
    const url = await mirror((response) => response.setHeader("content-length", 1_000_000).write(Buffer.alloc(200_000)));
    const outcome = await fetchElectron(await options(folder, url, { stallMs: 1000 }));
    expect(outcome).toEqual({ kind: "failed", reason: "nothing arrived for 1 s" });
    expect(findElectron(folder, undefined)).toEqual({ kind: "absent" });
  });

  it("says in a few words why the script failed", async () => {
    const folder = await electronPackage(Buffer.from("x"));
    const url = await mirror((response) => response.writeHead(404).end());
    const outcome = await fetchElectron(await options(folder, url));
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("404") });
    expect(JSON.stringify(outcome)).not.toMatch(/\n|    at /);
  });

  it("installs nothing whose checksum is not the package's", async () => {
    const folder = await electronPackage(Buffer.from("the real one"));
    const wrong = storedZip({ electron: { content: "evil" } });
    const url = await mirror((response) => response.setHeader("content-length", wrong.length).end(wrong));
    expect(await fetchElectron(await options(folder, url))).toMatchObject({ kind: "failed" });
    expect(findElectron(folder, undefined)).toEqual({ kind: "absent" });
  });

  it("ends with its caller", async () => {
    const folder = await electronPackage(Buffer.from("x"));
    const cancel = new AbortController();
    const url = await mirror(() => cancel.abort());
    expect(await fetchElectron(await options(folder, url, { signal: cancel.signal }))).toEqual({
      kind: "failed",
      reason: "it was cancelled",
    });
  });
});

describe("the Electron program", () => {
  it("is unknown where the package is not installed", async () => {
    expect(findElectron(join(await tempFolder(), "electron"), undefined)).toEqual({ kind: "unknown" });
  });

  it("counts as absent when it is another version's", async () => {
    const folder = await electronPackage(Buffer.from("x"));
    await mkdir(join(folder, "dist"));
    await writeFile(join(folder, "dist", "version"), "1.0.0");
    await writeFile(join(folder, "dist", "electron"), "");
    await writeFile(join(folder, "path.txt"), "electron");
    expect(findElectron(folder, undefined)).toEqual({ kind: "absent" });
  });

  it("may lie in a folder that a release machine has fetched before", async () => {
    const folder = await electronPackage(Buffer.from("x"));
    const dist = await tempFolder();
    expect(findElectron(folder, dist)).toEqual({ kind: "absent" });
    await writeFile(join(dist, "electron"), "");
    expect(findElectron(folder, dist)).toEqual({ kind: "present", program: join(dist, "electron") });
  });
});
