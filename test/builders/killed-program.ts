import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { onTestFinished } from "vitest";
import { bundleConfig } from "#main/build/bundles.ts";
import { ROOT } from "#main/build/checks.ts";
import { seededRandom } from "./seeded-random.ts";
import { tempFolder } from "./temp-folder.ts";

/**
 * A program of a test's own that is killed again and again. It prints `ready` once it has started; with `end` as its last
 * word it completes what is open, and prints `ended`.
 */
export class KilledProgram {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * As one file, since a start from the sources takes twice as long, and there are hundreds; beside the product's own
   * bundles, from where its native module is found.
   */
  static async bundle(name: string, entry: string): Promise<KilledProgram> {
    const output = `tests/${process.pid}-${name}.js`;
    await build(bundleConfig({ name, entry, format: "es", output }));
    const path = join(ROOT, "dist", output);
    onTestFinished(() => Promise.all([path, `${path}.map`].map((one) => rm(one, { force: true }))).then(() => undefined));
    return new KilledProgram(path);
  }

  /**
   * Kills it that often, each time at a moment of the seed, then lets it come to its end. It is given a folder for its data,
   * one for its store, the seed, and `on` or `end`; answers the two.
   */
  async killAgainAndAgain(
    seed: number,
    { kills, lifeMs }: { readonly kills: number; readonly lifeMs: number },
  ): Promise<{ readonly data: string; readonly shelf: string }> {
    const random = seededRandom(seed);
    const folder = await tempFolder();
    const [data, shelf] = [join(folder, "data"), join(folder, "shelf")];
    await mkdir(data);
    await mkdir(shelf);
    const caches = join(folder, "cache");
    for (let kill = 0; kill < kills; kill += 1)
      await this.#liveFor(Math.floor(random() * lifeMs), [data, shelf, String(seed), "on"], caches);
    await this.#liveFor(undefined, [data, shelf, String(seed), "end"], caches);
    return { data, shelf };
  }

  /** Runs it; kills it that long after its start, or waits for its end. @param caches a folder for compiled code. */
  async #liveFor(lifeMs: number | undefined, words: readonly string[], caches: string): Promise<void> {
    const child = spawn(process.execPath, [this.#path, ...words], {
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
}
