import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** The program `rollcall`, as it is run from its sources. */
export const CLI = resolve(import.meta.dirname, "../../main/cli/main.ts");

/** How a process ended, with what it wrote. `code` is null when a signal ended it. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** How a command is run: nothing of this machine's own settings reaches it but what is given here. */
export type CliSurroundings = { readonly home: string; readonly environment?: Readonly<Record<string, string>>; readonly input?: string };

/** A `rollcall` that runs. */
export type CliProcess = { readonly child: ChildProcessByStdio<Writable, Readable, Readable>; readonly ended: Promise<Ended> };

/** Starts `rollcall ARGS`, with a home folder of its own. */
export function startCli(args: readonly string[], { home, environment = {}, input = "" }: CliSurroundings): CliProcess {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, ...environment };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(([out, err]) => ({
    code: child.exitCode,
    out,
    err,
  }));
  return { child, ended };
}

/** Runs `rollcall ARGS` to its end. */
export function runCliProcess(args: readonly string[], surroundings: CliSurroundings): Promise<Ended> {
  return startCli(args, surroundings).ended;
}
