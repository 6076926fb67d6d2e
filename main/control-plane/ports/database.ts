import type { Kysely } from "kysely";
import type { Schema } from "../db/schema.ts";

/** A value that SQLite stores. */
export type SqlValue = string | number | null | Uint8Array;

/** One prepared statement. Rows come back as plain objects; the caller's schema says what they are. */
export type RawStatement = {
  run(...values: readonly SqlValue[]): { readonly changes: number };
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): readonly unknown[];
};

/** The synchronous face of the write connection, for the hot path. Only the write queue may touch it. */
export type RawDatabase = { prepare(sql: string): RawStatement; exec(sql: string): void };

/** An opened database: one write connection, one or more connections that cannot write. */
export type Database = {
  readonly read: Kysely<Schema>;
  readonly writer: Kysely<Schema>;
  readonly raw: RawDatabase;
  /** Bytes of the database and its log on disk. */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
};
