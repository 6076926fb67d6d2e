import Database from "better-sqlite3";
import { Kysely, sql, SqliteDialect } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { publicationId } from "#shared/lib/ids.ts";
import { LOCAL_STORE_ID, storeSettings } from "#shared/domain/store/store.ts";
import { up as initial } from "#main/control-plane/db/migrations/0010-initial.ts";
import { up as stores } from "#main/control-plane/db/migrations/0070-stores.ts";

it("gives every release of earlier builds to the local store, and goes on with one that was being signed", async () => {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(":memory:") }) });
  onTestFinished(() => db.destroy());
  await initial(db);
  await sql`insert into applications values ('a', 'org.example.web', 'Web', 'process', '', 0, 0)`.execute(db);
  const add = (version: string, state: string, manifest: string | null) =>
    sql`insert into releases values (${version}, 'a', ${version}, ${state}, '', '{}', 1, 'user:ana', ${manifest === null ? null : 5}, null, ${manifest}, null, null, null, 0)`.execute(
      db,
    );
  await add("draft", "draft", null);
  await add("signing", "draft", "d1");
  await add("published", "published", "d2");
  await add("withdrawn", "withdrawn", "d3");
  await stores(db);
  const { rows } = await sql<{ id: string; releaseId: string; storeId: string; state: string }>`
    select id, releaseId, storeId, state from publications order by releaseId`.execute(db);
  expect(rows.map((row) => [row.releaseId, row.storeId, row.state])).toEqual([
    ["published", LOCAL_STORE_ID, "completed"],
    ["signing", LOCAL_STORE_ID, "running"],
    ["withdrawn", LOCAL_STORE_ID, "completed"],
  ]);
  expect(rows.every((row) => publicationId.safeParse(row.id).success)).toBe(true);
  const { rows: places } = await sql<{ id: string; settings: string }>`select id, settings from stores`.execute(db);
  expect(places.map((row) => [row.id, storeSettings.parse(JSON.parse(row.settings))])).toEqual([[LOCAL_STORE_ID, { kind: "local" }]]);
  expect((await sql`select id, publishedName from releases where publishedName is not null`.execute(db)).rows).toHaveLength(3);
});
