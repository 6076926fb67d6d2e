import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KilledProgram } from "#test/builders/killed-program.ts";
import { seedOfRun } from "#test/builders/seeded-random.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { PRODUCT } from "../release/release-fixture.ts";

const KILLS = 100;
/** Control planes that are killed beside each other, since a start takes most of the time. */
const LANES = 4;
/** A kill comes at most this long after the start. */
const LIFE_MS = 250;

describe("an adoption", () => {
  it("makes one draft of each release, by 100 kills at random moments and nobody's help", { timeout: 400_000 }, async () => {
    const seed = seedOfRun();
    const program = await KilledProgram.bundle("adopting", "test/integration/adoption/adopting-program.ts");
    console.info(`kills with ROLLCALL_TEST_SEED=${seed}`);
    const cut = await Promise.all(Array.from({ length: LANES }, (_, lane) => killAgainAndAgain(program, seed + lane)));
    console.info(`releases that were begun again: ${cut.join(" + ")}`);
    // Kills that only ever came between two releases would show nothing.
    expect(cut.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
  });
});

/** Answers how often a release was begun again. */
async function killAgainAndAgain(program: KilledProgram, seed: number): Promise<number> {
  const { data, shelf } = await program.killAgainAndAgain(seed, { kills: KILLS / LANES, lifeMs: LIFE_MS });
  return inspect(data, shelf);
}

/** Every release is a draft, once, whole and audited once, and nothing of the kills waits for anybody. */
async function inspect(data: string, shelf: string): Promise<number> {
  const plane = await startControlPlane(data);
  const { read } = plane.store;
  const adopted = await read.selectFrom("adoptionReleases").selectAll().execute();
  const releases = await read.selectFrom("releases").select(["id", "version", "state"]).execute();
  const artifacts = await read.selectFrom("artifacts").select(["releaseId", "fileName", "sha256"]).execute();
  const audit = await read.selectFrom("auditEntries").select(["action", "subject"]).execute();
  const uploads = await read.selectFrom("uploads").select("state").where("state", "not in", ["consumed", "failed"]).execute();
  await plane.stop();
  expect(adopted.every((one) => one.state === "done")).toBe(true);
  expect(releases.map((one) => one.version).toSorted()).toEqual(adopted.map((one) => one.version).toSorted());
  expect(uploads).toEqual([]);
  for (const { id, version } of releases) {
    const own = artifacts.filter((one) => one.releaseId === id);
    expect(own.map((one) => one.fileName).toSorted()).toEqual(["web-amd64", "web-arm64"]);
    for (const { fileName, sha256 } of own) expect(sha256).toBe(hash("sha256", await readFile(join(shelf, PRODUCT, version, fileName))));
    const said = audit.filter((one) => one.subject === `release:${id}`).map((one) => one.action);
    expect(said.toSorted()).toEqual(["release.adopted", "release.drafted"]);
  }
  return adopted.reduce((sum, one) => sum + one.attempts - 1, 0);
}
