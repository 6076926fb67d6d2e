import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import BetterSqlite3 from "better-sqlite3";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { startServer } from "#main/server/server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { startFixture } from "./server-fixture.ts";

const start = async (dataFolder: string, port = 0) => {
  const server = await startServer({ dataFolder, port, logger: quietLogger() });
  onTestFinished(() => server.stop());
  return server;
};

describe("starting a server", () => {
  it("says that it is alive and ready, and announces itself to this user's programs alone", async () => {
    const { send, dataFolder, origin } = await startFixture();
    expect(await send("/healthz")).toMatchObject({ status: 200, body: "ok\n" });
    expect(await send("/readyz")).toMatchObject({ status: 200, body: "ready\n" });
    expect(await readRunningFile(dataFolder)).toMatchObject({ url: origin, pid: process.pid });
    expect((await stat(join(dataFolder, "running.json"))).mode & 0o777).toBe(0o600);
  });

  it("listens on loopback alone unless it is told otherwise", async () => {
    const { server } = await startFixture();
    expect(server.urls).toEqual([`http://127.0.0.1:${server.port}`]);
    expect(server.certificatePin).toBeUndefined();
  });

  it("says which port is taken, and leaves nothing running", async () => {
    const other = createServer();
    await new Promise<void>((settle) => other.listen(0, "127.0.0.1", settle));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const folder = await tempFolder();
    await expect(start(folder, port)).rejects.toMatchObject({
      code: "ENV_PORT_IN_USE",
      message: expect.stringContaining(String(port)) as string,
    });
    expect(await readRunningFile(folder)).toBeUndefined();
    await start(folder);
  });

  it("refuses a data folder that another one uses, and takes it once that one has stopped", async () => {
    const folder = await tempFolder();
    const first = await start(folder);
    await expect(start(folder)).rejects.toMatchObject({ code: "ENV_DATA_IN_USE" });
    expect(await readRunningFile(folder)).toMatchObject({ url: first.urls[0] });
    await first.stop();
    expect(await readRunningFile(folder)).toBeUndefined();
    await start(folder);
  });

  it("refuses a data folder that is a file, and leaves it as it is", async () => {
    const path = join(await tempFolder(), "notes");
    await writeFile(path, "mine");
    await expect(start(path)).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining(path) as string });
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  it("refuses data that a newer version wrote, and leaves it as it is", async () => {
    const folder = await tempFolder();
    await (await start(folder)).stop();
    const database = new BetterSqlite3(join(folder, DATABASE_FILE));
    database.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-from-the-future', '')");
    database.close();
    const before = await readFile(join(folder, DATABASE_FILE));
    await expect(start(folder)).rejects.toMatchObject({ code: "ENV_DATA_NEWER" });
    expect(before.equals(await readFile(join(folder, DATABASE_FILE)))).toBe(true);
  });

  it("refuses a damaged database, and keeps it for whoever can mend it", async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, DATABASE_FILE), "this was a database once ".repeat(400));
    await expect(start(folder)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(await readFile(join(folder, DATABASE_FILE), "utf8")).toContain("this was a database once");
  });

  it("keeps what it knew over a restart", async () => {
    const dataFolder = await tempFolder();
    const first = await startFixture({ dataFolder });
    await first.client.fleets.create({ name: "Lab" });
    await first.server.stop();
    const second = await startFixture({ dataFolder });
    expect((await second.client.fleets.list()).map((fleet) => fleet.name)).toEqual(["Lab"]);
  });

  it("ends open streams when it stops, and answers nobody any more", async () => {
    const { server, client, origin } = await startFixture();
    const events = await client.system.events({});
    const ended = events.next().then(
      () => "ended",
      () => "ended",
    );
    await server.stop();
    expect(await ended).toBe("ended");
    await expect(fetch(origin)).rejects.toThrow("fetch failed");
  });
});
