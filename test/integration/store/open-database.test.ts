import { mkdirSync } from "node:fs";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { beforeEach, describe, expect, it } from "vitest";
import { lockDataFolder } from "#main/server/lock-data-folder.ts";
import { DATABASE_FILE, openDatabase } from "#main/adapters/sqlite/open-database.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
});

describe("opening a data folder", () => {
  it("syncs every commit and keeps foreign keys", async () => {
    await (await openTestStore(folder)).close();
    const handle = new BetterSqlite3(join(folder, DATABASE_FILE));
    expect(handle.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(() => handle.exec("INSERT INTO groups VALUES ('g', 'no such fleet', 'n', 0, 0)")).toThrow(/FOREIGN KEY/);
    handle.close();
  });

  it("keeps its files to their owner in a folder that everyone may read, also when they were wide before", async () => {
    await chmod(folder, 0o755);
    const path = join(folder, DATABASE_FILE);
    await writeFile(path, "", { mode: 0o644 });
    const store = await openTestStore(folder);
    await store.write((unit) => unit.db.insertInto("settings").values({ key: "k", value: "v" }).execute());
    const modes = (await readdir(folder)).map(async (name) => [name, ((await stat(join(folder, name))).mode & 0o777).toString(8)]);
    expect(await Promise.all(modes)).toEqual(["", "-shm", "-wal"].map((end) => [DATABASE_FILE + end, "600"]));
    await store.close();
  });

  it("refuses a damaged database with a code and leaves the file as it is", async () => {
    const path = join(folder, DATABASE_FILE);
    await writeFile(path, "this is no database, but somebody's notes".repeat(200));
    const before = await readFile(path);
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(await readFile(path)).toEqual(before);
  });

  it("refuses a database whose pages were overwritten", async () => {
    const store = await openTestStore(folder);
    await store.write((unit) =>
      unit.db
        .insertInto("settings")
        .values(Array.from({ length: 2000 }, (_, index) => ({ key: `k${index}`, value: "v".repeat(200) })))
        .execute(),
    );
    await store.close();
    const path = join(folder, DATABASE_FILE);
    const bytes = await readFile(path);
    bytes.fill(0xff, 8192, bytes.length - 8192);
    await writeFile(path, bytes);
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
  });

  it("refuses data that a newer version wrote, and changes nothing", async () => {
    const store = await openTestStore(folder);
    await store.close();
    const handle = new BetterSqlite3(join(folder, DATABASE_FILE));
    handle.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9990-from-the-future', '2030-01-01')");
    handle.close();
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "ENV_DATA_NEWER" });
  });

  it("lets one process use a data folder at a time", async () => {
    const lock = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: "ENV_DATA_IN_USE" });
    const other = join(folder, "other");
    mkdirSync(join(other, "lock.sqlite"), { recursive: true });
    await expect(lockDataFolder(other)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    lock.release();
    (await lockDataFolder(folder)).release();
  });
});
