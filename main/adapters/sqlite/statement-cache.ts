import type BetterSqlite3 from "better-sqlite3";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { namingStorageErrors } from "./storage-error.ts";

/** Statements kept per connection; lists of ids make many texts that differ in their length alone. */
const KEPT = 500;

/**
 * The connection as Kysely uses it, with its statements kept: compiling one takes longer than running it, and a
 * reconnecting fleet runs the same few ten thousand times. To be made when the schema has its final shape. What SQLite
 * refuses for want of space, or because the file is damaged, carries its code.
 */
export function cacheStatements(handle: BetterSqlite3.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => void handle.close(),
    prepare: (sql) => {
      const known = kept.get(sql);
      if (known !== undefined) {
        // Last used goes last: the first of the map is the next to be dropped.
        kept.delete(sql);
        kept.set(sql, known);
        return known;
      }
      const made = keepable(handle, sql);
      kept.set(sql, made);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      return made;
    },
  };
}

const NOTHING_CHANGED = { changes: 0, lastInsertRowid: 0 } as const;

/** SQLite takes a transaction back by itself when the disk is full; a second rollback would hide the failure that says so. */
function isDoneAlready(handle: BetterSqlite3.Database, sql: string): boolean {
  return sql === "rollback" && !handle.inTransaction;
}

/** A statement that may be used again while rows of an earlier use are still read: those come from one of their own. */
function keepable(handle: BetterSqlite3.Database, sql: string): SqliteStatement {
  const statement = handle.prepare<unknown[]>(sql);
  return {
    reader: statement.reader,
    all: (parameters) => namingStorageErrors(handle.name, () => statement.all(...parameters)),
    run: (parameters) =>
      isDoneAlready(handle, sql) ? NOTHING_CHANGED : namingStorageErrors(handle.name, () => statement.run(...parameters)),
    iterate: (parameters) => handle.prepare<unknown[]>(sql).iterate(...parameters),
  };
}
