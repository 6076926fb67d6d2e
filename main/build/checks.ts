import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The root of the source tree, where every tool runs. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** One static check: a tool of node_modules and its arguments, run by the Node that runs us. */
export type Check = { readonly name: string; readonly entry: string; readonly args: readonly string[] };

/** What a check said. `output` is empty when it had nothing to say. */
export type CheckOutcome = { readonly name: string; readonly ok: boolean; readonly seconds: number; readonly output: string };

/** Every static check. One type check per environment, since an environment is what its tsconfig lets a file see. */
export async function listChecks(): Promise<readonly Check[]> {
  const top = await readdir(ROOT);
  const configs = (await readdir(join(ROOT, "tsconfig"))).filter((name) => name !== "base.json").sort();
  return [
    ...configs.map((config) => ({
      name: `types: ${config.replace(".json", "")}`,
      entry: "node_modules/@typescript/native/bin/tsc",
      // What was found last time stands in dist/, so that a second check looks at what has changed.
      args: [
        "-p",
        join("tsconfig", config),
        "--pretty",
        "false",
        "--incremental",
        "--tsBuildInfoFile",
        join("dist/types", `${config}.tsbuildinfo`),
      ],
    })),
    {
      name: "arrows",
      entry: "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
      args: [
        "-c",
        ".dependency-cruiser.cjs",
        ...["main", "preload", "renderer", "shared", "test"].filter((folder) => top.includes(folder)),
      ],
    },
    { name: "lint", entry: "node_modules/oxlint/bin/oxlint", args: [] },
    { name: "format", entry: "node_modules/oxfmt/bin/oxfmt", args: ["--check", "."] },
  ];
}

/** Runs one check to its end; never throws for what the tool found. */
export async function runCheck(check: Check): Promise<CheckOutcome> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, check.entry), ...check.args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  child.stderr.on("data", (piece: Buffer) => pieces.push(piece));
  const code = await new Promise<number | null>((settle, fail) => {
    child.once("error", fail);
    child.once("close", settle);
  });
  const output = Buffer.concat(pieces).toString("utf8").trim();
  // TS18003 says that no file of this environment exists yet, which is not an error in anyone's code.
  const ok = code === 0 || output.startsWith("error TS18003");
  return { name: check.name, ok, seconds: (performance.now() - started) / 1000, output };
}
