import { stat } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import type { Schema } from "#main/control-plane/db/schema.ts";
import { migrate } from "#main/control-plane/db/migrations.ts";
import type { Database, RawStatement, SqlValue } from "#main/control-plane/ports/database.ts";
import { cacheStatements } from "./statement-cache.ts";
import { makeDatabaseFilesPrivate } from "./private-database-files.ts";
import { namingStorageErrors, toStorageError } from "./storage-error.ts";

/** Name of the database file in the data folder. */
export const DATABASE_FILE = "rollcall.sqlite";

/**
 * Opens (or makes) the database in `dataFolder`, checks it and brings it to this build's schema: WAL, every commit
 * synced (`fullfsync` where macOS needs it), foreign keys on, one write and one read connection.
 *
 * @throws AppError ENV_DATA_CORRUPT, ENV_DATA_NEWER or ENV_DISK_FULL; the files stay as they are.
 */
export async function openDatabase(dataFolder: string): Promise<Database> {
  const path = join(dataFolder, DATABASE_FILE);
  try {
    await makeDatabaseFilesPrivate(path);
    const writeHandle = new BetterSqlite3(path);
    prepareWriter(writeHandle, path);
    await migrate(new Kysely<Schema>({ dialect: new SqliteDialect({ database: writeHandle }) }));
    const writer = new Kysely<Schema>({ dialect: new SqliteDialect({ database: cacheStatements(writeHandle) }) });
    const readHandle = new BetterSqlite3(path, { readonly: true });
    readHandle.pragma("busy_timeout = 5000");
    const read = new Kysely<Schema>({ dialect: new SqliteDialect({ database: cacheStatements(readHandle) }) });
    return {
      read,
      writer,
      raw: rawFace(writeHandle),
      sizeBytes: () => fileBytes(path),
      close: async () => {
        await read.destroy();
        await writer.destroy();
      },
    };
  } catch (failure) {
    throw toStorageError(failure, path);
  }
}

function prepareWriter(handle: BetterSqlite3.Database, path: string): void {
  handle.pragma("journal_mode = WAL");
  handle.pragma("synchronous = FULL");
  handle.pragma("fullfsync = 1");
  handle.pragma("foreign_keys = ON");
  handle.pragma("busy_timeout = 5000");
  const verdict: unknown = handle.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw new Error(`database disk image is malformed: ${path}`);
}

function rawFace(handle: BetterSqlite3.Database): Database["raw"] {
  const prepared = new Map<string, RawStatement>();
  return {
    exec: (sql) => void namingStorageErrors(handle.name, () => handle.exec(sql)),
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = rawStatement(handle, sql);
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function rawStatement(handle: BetterSqlite3.Database, sql: string): RawStatement {
  const statement = handle.prepare<SqlValue[]>(sql);
  return {
    run: (...values) => namingStorageErrors(handle.name, () => statement.run(...values)),
    get: (...values) => namingStorageErrors(handle.name, () => statement.get(...values)),
    all: (...values) => namingStorageErrors(handle.name, () => statement.all(...values)),
  };
}

async function fileBytes(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
