import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { KilledProgram } from "#test/builders/killed-program.ts";
import { seedOfRun } from "#test/builders/seeded-random.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";

const KILLS = 200;
/** Control planes that are killed beside each other, since a start takes most of the time. */
const LANES = 4;
/** A kill comes at most this long after the start. */
const LIFE_MS = 250;

const index = z.object({
  versions: z.array(z.object({ version: z.string(), files: z.array(z.object({ name: z.string(), sha256: z.string() })) })),
});

describe("a folder", () => {
  it("gets every release whole, once, by 200 kills at random moments and nobody's help", { timeout: 400_000 }, async () => {
    const seed = seedOfRun();
    const program = await KilledProgram.bundle("publishing", "test/integration/publication/publishing-program.ts");
    console.info(`kills with ROLLCALL_TEST_SEED=${seed}`);
    const published = await Promise.all(Array.from({ length: LANES }, (_, lane) => killAgainAndAgain(program, seed + lane)));
    expect(Math.min(...published)).toBeGreaterThan(0);
  });
});

/** Answers how many releases came to their end. */
async function killAgainAndAgain(program: KilledProgram, seed: number): Promise<number> {
  const { data, shelf } = await program.killAgainAndAgain(seed, { kills: KILLS / LANES, lifeMs: LIFE_MS });
  return inspect(data, join(shelf, "org.example.web"));
}

/** Every published release lies there whole, nothing else does, and nothing of the kills is left. */
async function inspect(data: string, product: string): Promise<number> {
  const plane = await startControlPlane(data);
  const releases = await plane.store.read.selectFrom("releases").select(["version", "state", "id"]).execute();
  const artifacts = await plane.store.read.selectFrom("artifacts").select(["releaseId", "fileName", "sha256"]).execute();
  await plane.stop();
  const done = releases.filter((one) => one.state === "published");
  const versions = done.map((one) => one.version).toSorted();
  expect((await readdir(product)).toSorted()).toEqual([...versions, "index.json"].toSorted());
  const listed = index.parse(JSON.parse(await readFile(join(product, "index.json"), "utf8"))).versions;
  expect(listed.map((one) => one.version).toSorted()).toEqual(versions);
  for (const release of done) {
    const names = await readdir(join(product, release.version));
    expect(names.filter((name) => !name.endsWith(".sigstore.json")).toSorted()).toEqual([
      "SHA256SUMS",
      "release.json",
      "web-amd64",
      "web-arm64",
    ]);
    expect(names.filter((name) => name.endsWith(".sigstore.json"))).toHaveLength(1);
    for (const { fileName, sha256 } of artifacts.filter((one) => one.releaseId === release.id))
      expect(hash("sha256", await readFile(join(product, release.version, fileName)))).toBe(sha256);
  }
  return done.length;
}
