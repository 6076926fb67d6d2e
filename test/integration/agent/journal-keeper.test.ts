import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { JournalKeeper } from "#main/agent/update/journal-keeper.ts";
import { beginCandidate } from "#main/agent/update/transitions.ts";
import { applicationId, grantId, releaseId } from "#shared/lib/ids.ts";
import { pino } from "pino";
import { tempFolder } from "#test/builders/temp-folder.ts";

const IDENTITY = { applicationId: applicationId.parse("7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b11"), productId: "org.example.web" };
const TARGET = {
  releaseId: releaseId.parse("0b1f7a86-45f2-4a2b-8b6e-0f1f0d1c9b22"),
  version: "1.0.0",
  digest: "a".repeat(64),
  sizeBytes: 1,
};
const GRANT = grantId.parse("5b1f7a86-45f2-4a2b-8b6e-0f1f0d1c9b33");

describe("a journal whose disk fails for a while", () => {
  it("becomes durable and tells its phases when the disk is back, though nothing else happens", async () => {
    const folder = join(await tempFolder(), "application");
    const path = join(folder, "journal.json");
    // A file where the folder should be: no write gets through, whoever asks.
    await writeFile(folder, "");
    const keeper = await JournalKeeper.open(path, pino({ level: "silent" }), IDENTITY);
    if (keeper === undefined) throw new Error("a journal with an identity opens");
    const told = new Promise<string>((resolve) => {
      keeper.reportTo(({ phase }) => Promise.resolve(resolve(phase)));
    });
    await keeper.idle();
    await expect(keeper.apply(beginCandidate(keeper.current, TARGET, GRANT, false, 1))).rejects.toThrow();
    await rename(folder, `${folder}.away`);
    await mkdir(folder);
    expect(await told).toBe("downloading");
    await keeper.idle();
    expect(await readFile(path, "utf8")).toContain("downloading");
  });
});
