import Database from "better-sqlite3";
import { Kysely, sql, SqliteDialect } from "kysely";
import { onTestFinished, expect, it } from "vitest";
import { up as initial } from "#main/control-plane/db/migrations/0010-initial.ts";
import { up as signingRequests } from "#main/control-plane/db/migrations/0080-signing-requests.ts";

it("lets tokens of earlier builds go on with the first root, which they have pinned", async () => {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(":memory:") }) });
  onTestFinished(() => db.destroy());
  await initial(db);
  await sql`insert into fleets values ('f', 'lab', '', 0, 0)`.execute(db);
  await sql`insert into groups values ('g', 'f', 'canary', 0, 0)`.execute(db);
  await sql`insert into enrolmentTokens values ('t', 'f', 'g', 'rack', 'secret', 0, 'user:ana', 1, 1, 0, 0, null)`.execute(db);
  await sql`insert into applications values ('a', 'org.example.web', 'Web', 'process', '', 0, 0)`.execute(db);
  await signingRequests(db);
  expect((await sql`select id, rootVersion from enrolmentTokens`.execute(db)).rows).toEqual([{ id: "t", rootVersion: 1 }]);
  expect((await sql`select id, minimumVersion from applications`.execute(db)).rows).toEqual([{ id: "a", minimumVersion: null }]);
  expect((await sql`select count(*) as open from signingRequests`.execute(db)).rows).toEqual([{ open: 0 }]);
});
