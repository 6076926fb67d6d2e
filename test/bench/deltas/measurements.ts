import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { spentBy, type Spent } from "../spent.ts";
import { runFolder } from "../run-folder.ts";
import { fetchPair, type DeltaPair, type PairFiles } from "./pairs.ts";

const run = promisify(execFile);
const cost = z.object({ seconds: z.number(), cpuSeconds: z.number(), peakBytes: z.number() });

/** What one piece of work took in a process of its own. */
export type Cost = z.infer<typeof cost>;

/** The tools that stand beside ours. */
export const TOOLS = {
  bsdiff: { program: "/usr/bin/bsdiff", args: ({ oldPath, newPath }: PairFiles, out: string) => [oldPath, newPath, out] },
  "zstd --patch-from -19": {
    program: "/usr/bin/zstd",
    args: ({ oldPath, newPath }: PairFiles, out: string) => ["-q", "-f", "-19", "--long=31", `--patch-from=${oldPath}`, newPath, "-o", out],
  },
  "full zstd -19": { program: "/usr/bin/zstd", args: ({ newPath }: PairFiles, out: string) => ["-q", "-f", "-19", newPath, "-o", out] },
} as const;
export type ToolName = keyof typeof TOOLS;

const folder = runFolder(process.ppid);

/** One pair with what was made of it in this run; what several entries look at is made once. */
export class PairMeasurements {
  readonly #pair: DeltaPair;

  constructor(pair: DeltaPair) {
    this.#pair = pair;
  }

  /** Our delta by one codec: its share of the new file in per cent, and what making it took. */
  async ours(codec: "matches" | "dictionary"): Promise<Cost & { readonly percent: number }> {
    const files = await this.#files();
    const made = await this.#once(codec, async () => childCost(codec, files, this.#path(`${codec}.delta`)));
    return { ...made, percent: await this.#percent(`${codec}.delta`) };
  }

  /** What a tool makes of the pair; undefined when it is not installed. */
  async theirs(tool: ToolName): Promise<{ readonly seconds: number; readonly percent: number } | undefined> {
    const { program, args } = TOOLS[tool];
    if (!existsSync(program)) return undefined;
    const files = await this.#files();
    const name = tool.replaceAll(/\W+/g, "-");
    const made = await this.#once(name, async () => ({ ...(await spentBy(program, args(files, this.#path(name)))), peakBytes: 0 }));
    return { ...made, percent: await this.#percent(name) };
  }

  /** Applies our delta once. */
  async apply(codec: "matches" | "dictionary"): Promise<Cost> {
    await this.ours(codec);
    return childCost("apply", await this.#files(), this.#path(`${codec}.delta`), this.#path("applied"));
  }

  /** Applies the delta of bsdiff once; undefined when it is not installed. */
  async bspatch(): Promise<Spent | undefined> {
    if ((await this.theirs("bsdiff")) === undefined) return undefined;
    const { oldPath } = await this.#files();
    return spentBy("/usr/bin/bspatch", [oldPath, this.#path("applied"), this.#path("bsdiff")]);
  }

  async #files(): Promise<PairFiles> {
    await mkdir(join(folder, this.#pair.name), { recursive: true });
    return fetchPair(this.#pair, folder);
  }

  #path(name: string): string {
    return join(folder, this.#pair.name, name);
  }

  async #percent(name: string): Promise<number> {
    const { newPath } = await this.#files();
    return (100 * (await stat(this.#path(name))).size) / (await stat(newPath)).size;
  }

  async #once(name: string, work: () => Promise<Cost>): Promise<Cost> {
    const note = this.#path(`${name}.json`);
    if (existsSync(note)) return cost.parse(JSON.parse(await readFile(note, "utf8")));
    const found = await work();
    await writeFile(note, JSON.stringify(found));
    return found;
  }
}

/** Memory of a process that loads what applying needs and applies nothing. */
export async function bareProcess(): Promise<Cost> {
  return childCost("bare", { oldPath: "", newPath: "" }, "");
}

async function childCost(task: string, { oldPath, newPath }: PairFiles, deltaPath: string, outPath = ""): Promise<Cost> {
  const child = join(import.meta.dirname, "child.ts");
  const { stdout } = await run(process.execPath, [child, task, oldPath, newPath, deltaPath, outPath]);
  return cost.parse(JSON.parse(stdout));
}
