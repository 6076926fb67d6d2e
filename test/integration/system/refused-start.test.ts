import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import { runCliProcess } from "#test/builders/cli-run.ts";
import { ServerProcess } from "#test/builders/server-process.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

type Refusal = { readonly code: number | null; readonly out: string; readonly errorCode: string | undefined; readonly hasStack: boolean };

/** Runs `rollcall serve` to the end that it is expected to have at once. */
async function serve(dataFolder: string, port = 0): Promise<Refusal> {
  const args = ["serve", "--data", dataFolder, "--port", String(port)];
  const { code, out, err } = await runCliProcess(args, { home: await tempFolder() });
  return { code, out, errorCode: /\(([A-Z_]+)\)/.exec(err)?.[1], hasStack: /\n\s+at /.test(err) };
}

const refused = (errorCode: string): Refusal => ({ code: 9, out: "", errorCode, hasStack: false });

/** A data folder that a server has used and left in order. */
async function usedFolder(): Promise<string> {
  const folder = await tempFolder();
  const server = await new ServerProcess(folder).start();
  expect(await server.end("SIGTERM")).toBe(0);
  return folder;
}

describe("a start that is refused", () => {
  it("names the data folder that another process uses, and leaves that one alone", async () => {
    const server = await new ServerProcess(await tempFolder()).start();
    onTestFinished(async () => void (await server.end()));
    expect(await serve(server.dataFolder)).toEqual(refused("ENV_DATA_IN_USE"));
    expect((await server.client.system.status()).shell).toBe("server");
  });

  it("names the port that another program listens on, and gives the data folder back", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const address = other.address();
    const folder = await tempFolder();
    expect(await serve(folder, typeof address === "object" ? address?.port : 0)).toEqual(refused("ENV_PORT_IN_USE"));
    const server = await new ServerProcess(folder).start();
    expect(await server.end("SIGTERM")).toBe(0);
  });

  it("does not touch what a newer version wrote", async () => {
    const folder = await usedFolder();
    const database = new BetterSqlite3(join(folder, DATABASE_FILE));
    database.prepare("INSERT INTO kysely_migration (name, timestamp) VALUES ('9990-later', '2030')").run();
    database.close();
    expect(await serve(folder)).toEqual(refused("ENV_DATA_NEWER"));
  });

  it("says that a database is damaged", async () => {
    const folder = await usedFolder();
    await writeFile(join(folder, DATABASE_FILE), "this is not a database, whatever its name says".repeat(100));
    expect(await serve(folder)).toEqual(refused("ENV_DATA_CORRUPT"));
  });
});
