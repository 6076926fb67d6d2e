import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { Probe } from "#shared/domain/release/probe.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import type { Surroundings } from "./launch-spec.ts";
import type { ProbeResult } from "./probe-result.ts";
import { asUser } from "./run-user.ts";
import { signalGroup } from "./running-process.ts";

/** Of what a probe prints, this much is kept: the last of it says what went wrong. */
const OUTPUT_CHARACTERS = 2000;
const SAID_CHARACTERS = 200;

/**
 * Runs the probe's program once, as the application's user, in its folder and environment. Good is exit code 0 within the
 * time-out. Whatever it started in its own process group is killed when it is over.
 */
export function execProbe(probe: Extract<Probe, { kind: "exec" }>, { environment, workFolder, user }: Surroundings): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const { command, arguments: args } = probe;
    const [program = command, ...words] = user === undefined ? [command, ...args] : asUser(user, command, args);
    const child = spawn(program, words, {
      cwd: workFolder,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = lastWords(child.stdout, child.stderr);
    const end = (good: boolean, said: string): void => {
      clearTimeout(timer);
      killGroup(child);
      child.stdout.destroy();
      child.stderr.destroy();
      const words = output();
      resolve({ good, said: words === "" ? said : `${said}: ${words}` });
    };
    const timer = setTimeout(() => end(false, `still running after ${probe.timeoutMs} ms`), probe.timeoutMs);
    child.once("error", (thrown) => end(false, thrown.message.slice(0, SAID_CHARACTERS)));
    child.once("exit", (code, signal) => end(code === 0, signal === null ? `exit code ${code ?? 0}` : `ended by ${signal}`));
  });
}

/** The end of both outputs as one line; read from now on. */
function lastWords(...outputs: readonly Readable[]): () => string {
  let text = "";
  for (const output of outputs) {
    output.setEncoding("utf8");
    output.on("data", (chunk: string) => void (text = (text + chunk).slice(-OUTPUT_CHARACTERS)));
    output.on("error", () => undefined);
  }
  return () => shownText(text.trim().replaceAll(/\s+/g, " ").slice(-SAID_CHARACTERS));
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) signalGroup({ pid, stamp: "" }, "SIGKILL");
}
