import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { lockDataFolder } from "#main/server/lock-data-folder.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

type Started = { readonly child: ChildProcess; readonly out: () => string; readonly ended: Promise<unknown> };

/** `npm start` without npm, on a machine without a display. */
function start(...args: readonly string[]): Started {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _w, ...env } = process.env;
  const child = spawn(process.execPath, ["-r", "./main/node/guard.cjs", "main/launcher/start.ts", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (text += piece.toString("utf8")));
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, out: () => text, ended };
}

const linkIn = (text: string): string => /http:\/\/\S+\/login#\S+/.exec(text)?.[0] ?? "";

async function whenServing(started: Started): Promise<string> {
  await vi.waitFor(() => expect(linkIn(started.out())).not.toBe(""), { timeout: 50_000, interval: 50 });
  return linkIn(started.out());
}

describe("npm start", () => {
  it("serves the console without a display, says why in one line, and stops cleanly on Ctrl-C", async () => {
    const data = join(await tempFolder(), "new folder");
    const first = start("--data", data, "--port", "0");
    const link = await whenServing(first);
    expect(first.out()).toContain("There is no display here, so Rollcall opens in a browser instead of a window of its own.\n");
    const page = await fetch(new URL("/", link));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>Rollcall</title>")]);
    expect((await stat(data)).mode & 0o077).toBe(0);

    const second = start("--data", data);
    expect(await second.ended).toEqual([0, null]);
    expect(second.out()).toContain(`Rollcall already runs on ${data}, at ${new URL(link).origin}`);
    expect(linkIn(second.out())).not.toBe(link);

    first.child.kill("SIGINT");
    expect(await first.ended).toEqual([0, null]);
    expect(first.out()).toMatch(/Stopped\.\n$/);
    expect(await readRunningFile(data)).toBeUndefined();
  });

  it("does not believe an announcement that a killed process left behind", async () => {
    const data = await tempFolder();
    const stranger = await httpServer((_request, response) => response.writeHead(404).end());
    // The number of a living process that is none of ours, and an address where something else answers.
    await writeFile(join(data, "running.json"), JSON.stringify({ pid: process.pid, url: stranger, token: "x", startedAt: 0 }));
    const link = await whenServing(start("--data", data, "--port", "0"));
    expect(new URL(link).origin).not.toBe(stranger);
  });

  it.each([
    ["an option that makes no sense", ["--port", "seven"], 2, "INPUT_INVALID"],
    ["an unknown option", ["--prot", "1"], 2, "INPUT_INVALID"],
  ])("refuses %s with a sentence", async (_what, args, exit, code) => {
    const { ended, out } = start(...args);
    expect(await ended).toEqual([exit, null]);
    expect(out()).toContain(`(${code})`);
    expect(out()).not.toMatch(/\n\s+at /);
  });

  it("says so when the port or the data folder is taken", async () => {
    const taken = new URL(await httpServer((_request, response) => response.end())).port;
    const busyPort = start("--data", await tempFolder(), "--port", taken);
    expect(await busyPort.ended).toEqual([9, null]);
    expect(busyPort.out()).toContain("(ENV_PORT_IN_USE)");

    const data = await tempFolder();
    await mkdir(data, { recursive: true });
    const lock = await lockDataFolder(data);
    onTestFinished(() => lock.release());
    const busyFolder = start("--data", data, "--port", "0");
    expect(await busyFolder.ended).toEqual([9, null]);
    expect(busyFolder.out()).toContain("(ENV_DATA_IN_USE)");
    expect(busyFolder.out()).not.toMatch(/\n\s+at /);
  });

  it("explains itself", async () => {
    const { ended, out } = start("--help");
    expect(await ended).toEqual([0, null]);
    expect(out()).toContain("npm start -- [--data DIR] [--port N] [--browser]");
  });
});
