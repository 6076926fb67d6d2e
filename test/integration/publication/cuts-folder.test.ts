import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { bundleConfig } from "#main/build/bundles.ts";
import { ROOT } from "#main/build/checks.ts";
import { seedOfRun, seededRandom } from "#test/builders/seeded-random.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const KILLS = 200;
/** Control planes that are killed beside each other, since a start takes most of the time. */
const LANES = 4;
/** A kill comes at most this long after the start. */
const LIFE_MS = 250;

/** As one file, since a start from the sources takes twice as long, and there are hundreds. */
const PROGRAM = { name: "publishing", entry: "test/integration/publication/publishing-program.ts", format: "es" } as const;

const index = z.object({
  versions: z.array(z.object({ version: z.string(), files: z.array(z.object({ name: z.string(), sha256: z.string() })) })),
});

describe("a folder", () => {
  it("gets every release whole, once, by 200 kills at random moments and nobody's help", { timeout: 400_000 }, async () => {
    const seed = seedOfRun();
    const program = await bundleProgram();
    console.info(`kills with ROLLCALL_TEST_SEED=${seed}`);
    const published = await Promise.all(Array.from({ length: LANES }, (_, lane) => killAgainAndAgain(program, seed + lane)));
    expect(Math.min(...published)).toBeGreaterThan(0);
  });
});

/** Beside the product's own bundles, from where its native module is found. Answers its path. */
async function bundleProgram(): Promise<string> {
  const output = `tests/${process.pid}-publishing.js`;
  await build(bundleConfig({ ...PROGRAM, output }));
  const path = join(ROOT, "dist", output);
  onTestFinished(() => Promise.all([path, `${path}.map`].map((one) => rm(one, { force: true }))).then(() => undefined));
  return path;
}

/** Answers how many releases came to their end. */
async function killAgainAndAgain(program: string, seed: number): Promise<number> {
  const random = seededRandom(seed);
  const folder = await tempFolder();
  const [data, shelf] = [join(folder, "data"), join(folder, "shelf")];
  await mkdir(data);
  await mkdir(shelf);
  const caches = join(folder, "cache");
  for (let kills = 0; kills < KILLS / LANES; kills += 1)
    await liveFor(Math.floor(random() * LIFE_MS), [program, data, shelf, String(seed), "on"], caches);
  await liveFor(undefined, [program, data, shelf, String(seed), "end"], caches);
  return inspect(data, join(shelf, "org.example.web"));
}

/** Runs the program; kills it that long after its start, or waits for its end. */
async function liveFor(lifeMs: number | undefined, words: readonly string[], caches: string): Promise<void> {
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_COMPILE_CACHE: caches },
  });
  let complaint = "";
  child.stderr.on("data", (piece: Buffer) => (complaint += piece.toString("utf8").slice(0, 2000)));
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== "ready") throw new Error(`the program did not start: ${complaint}`);
  if (lifeMs === undefined) {
    if ((await lines.next()).value !== "ended") throw new Error(`the program did not come to its end: ${complaint}`);
  } else {
    // The moment of the kill is what is tried here, not something that is waited for.
    await new Promise((resolve) => setTimeout(resolve, lifeMs));
    if (child.exitCode !== null) throw new Error(`the program ended by itself: ${complaint}`);
    child.kill("SIGKILL");
  }
  await exited;
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
