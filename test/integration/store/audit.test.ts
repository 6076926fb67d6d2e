import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { exportText } from "#main/control-plane/audit/export.ts";
import { AuditService } from "#main/control-plane/audit/service.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const clock = fakeClock();
let folder: string;
let store: Store;
let audit: AuditService;

async function open(): Promise<void> {
  store = await openTestStore(folder, clock);
  audit = new AuditService(store, await openSigner(folder), clock);
}

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await store.write((unit) =>
      Promise.resolve(
        unit.audit({
          actor: "user:ana",
          action: "thing.done",
          subject: `thing:${index}`,
          details: { before: null, after: index, text: "=1+1" },
        }),
      ),
    );
  }
}

/** What somebody does who owns the disk but not the signing key. */
async function tamper(sql: string): Promise<void> {
  await store.close();
  const handle = new BetterSqlite3(join(folder, DATABASE_FILE));
  handle.exec(sql);
  handle.close();
  await open();
}

beforeEach(async () => {
  folder = await tempFolder();
  await open();
});
afterEach(() => store.close());

describe("verifying the audit", () => {
  it("finds an untouched record intact, sealed or not", async () => {
    expect(await audit.verify()).toMatchObject({ outcome: "intact", entries: 0 });
    await append(5);
    expect(await audit.verify()).toMatchObject({ outcome: "intact", entries: 5, checkpoints: 0 });
    await audit.seal();
    await append(2);
    expect(await audit.verify()).toMatchObject({ outcome: "intact", entries: 7, checkpoints: 1 });
  });

  it.each([
    ["an edited reason", "UPDATE auditEntries SET reason = 'nothing to see' WHERE sequence = 3", "edited", 3],
    ["edited facts", `UPDATE auditEntries SET details = '{"after":99}' WHERE sequence = 2`, "edited", 2],
    ["a deleted entry", "DELETE FROM auditEntries WHERE sequence = 4", "missing", 4],
    ["a deleted beginning", "DELETE FROM auditEntries WHERE sequence <= 2", "missing", 1],
    ["a cut tail", "DELETE FROM auditEntries WHERE sequence > 4", "cut", 4],
    [
      "a changed checkpoint",
      "UPDATE auditCheckpoints SET sequence = 5, hash = (SELECT hash FROM auditEntries WHERE sequence = 5)",
      "checkpoint",
      5,
    ],
  ])("finds %s", async (_, sql, problem, atSequence) => {
    await append(6);
    await audit.seal();
    await tamper(sql);
    expect(await audit.verify()).toMatchObject({ outcome: "broken", problem, atSequence });
  });

  it("finds two entries that changed places, with their hashes and numbers made to fit", async () => {
    await append(6);
    await audit.seal();
    await tamper(
      "UPDATE auditEntries SET sequence = -3 WHERE sequence = 3; UPDATE auditEntries SET sequence = 3 WHERE sequence = 4; UPDATE auditEntries SET sequence = 4 WHERE sequence = -3",
    );
    expect(await audit.verify()).toMatchObject({ outcome: "broken", atSequence: 3 });
  });

  it("finds a chain that was rewritten whole by somebody without the key", async () => {
    await append(4);
    await audit.seal();
    await tamper("DELETE FROM auditEntries");
    clock.advance(1000);
    await append(6);
    expect(await audit.verify()).toMatchObject({ outcome: "broken", problem: "checkpoint", atSequence: 4 });
  });

  it("tells a checkpoint of another key from one of its own", async () => {
    await append(2);
    await audit.seal();
    await tamper("UPDATE auditCheckpoints SET signature = substr(signature, 2) || 'A'");
    expect(await audit.verify()).toMatchObject({ outcome: "broken", problem: "checkpoint" });
  });
});

describe("exporting the audit", () => {
  const read = async (format: "csv" | "json" | "ndjson"): Promise<string> =>
    (await Array.fromAsync(exportText({ entries: audit.batches("all", {}), reports: audit.reports("all", {}) }, format))).join("");

  it("writes valid JSON and NDJSON of every entry, oldest first", async () => {
    await append(3);
    const entries = JSON.parse(await read("json")) as { sequence: number }[];
    expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3]);
    expect((await read("ndjson")).trim().split("\n")).toHaveLength(3);
    expect(JSON.parse(await exportEmpty())).toEqual([]);
  });

  it("keeps a spreadsheet from running a cell", async () => {
    await store.write((unit) =>
      Promise.resolve(unit.audit({ actor: "user:ana", action: "thing.done", subject: "thing:1", reason: '=HYPERLINK("http://x","y")' })),
    );
    expect(await read("csv")).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  });

  const exportEmpty = async (): Promise<string> =>
    (await Array.fromAsync(exportText({ entries: audit.batches([], {}), reports: audit.reports([], {}) }, "json"))).join("");
});
