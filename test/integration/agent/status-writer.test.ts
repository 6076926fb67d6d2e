import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { StatusWriter } from "#main/agent/state/status-writer.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

async function setUp() {
  const path = join(await tempFolder(), "status.json");
  const clock = { now: 1_800_000_000_000 };
  const fixed = { process: { pid: 4711, stamp: "boot:1" }, name: "web-1", agentVersion: "1.0.0" };
  const writer = new StatusWriter({ path, logger: pino({ level: "silent" }), fixed, describe: () => [], now: () => clock.now });
  const inode = async (): Promise<number> => (await stat(path)).ino;
  return { path, clock, writer, inode };
}

describe("the status file", () => {
  it("is left alone while nothing changes, and is written again within ten minutes", async () => {
    const { path, clock, writer, inode } = await setUp();
    await writer.write();
    const first = await inode();
    clock.now += 599_000;
    await writer.write();
    expect(await inode()).toBe(first);
    clock.now += 1000;
    await writer.write();
    expect(await inode()).not.toBe(first);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ writtenAt: clock.now, link: { state: "closed" } });
  });

  it("is written at once when something changes", async () => {
    const { path, writer } = await setUp();
    await writer.write();
    writer.linkIs("open", "http://127.0.0.1:1");
    await writer.write();
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ link: { state: "open" } });
  });

  it("is not touched any more once its agent has ended", async () => {
    const { path, writer } = await setUp();
    await writer.close();
    writer.linkIs("open", "http://127.0.0.1:1");
    await writer.write();
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ link: { state: "closed" } });
  });
});
