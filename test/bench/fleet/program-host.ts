import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { decodeEnrolmentToken, encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { ROOT } from "./server-process.ts";
import { freePort } from "#test/builders/free-port.ts";

/** The application that hosts of a measurement run. */
export const PROGRAM_PRODUCT = "org.rollcall.bench";

const SERVE = `const server = require("node:http").createServer((_, answer) => answer.end(process.version));
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));`;

/** Runs a release that is a Node runtime as a service that answers the runtime's version. */
export function runtimeAsService(): RunSpec {
  return runSpec.parse({
    command: "{artifact}",
    arguments: ["-e", SERVE],
    probe: { kind: "http", url: "http://127.0.0.1:1/", intervalMs: 200, timeoutMs: 1000, failureThreshold: 5 },
    startDeadlineMs: 60_000,
    probationMs: 1000,
  });
}

/** A real agent, as it is shipped, and the service that it runs. */
export type ProgramHost = {
  /** Waits until the service is the runtime of this version: `24.21.0`. */
  readonly untilServing: (version: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * Enrols and starts a host.
 *
 * @param token the text of an enrolment token.
 * @param url where the host finds its control plane.
 */
export async function startProgramHost(token: string, url: string): Promise<ProgramHost> {
  await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "agent"], { cwd: ROOT });
  const state = await mkdtemp(join(tmpdir(), "rollcall-bench-host-"));
  const port = await freePort();
  const addition = { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/` };
  await writeFile(join(state, "overrides.json"), JSON.stringify({ [PROGRAM_PRODUCT]: addition }));
  const args = ["run", "--state", state, "--name", `host-${port}`, "--token-file", "-"];
  const agent = spawn(process.execPath, [join(ROOT, "dist/agent/rollcall-agent.js"), ...args], { stdio: ["pipe", "ignore", "inherit"] });
  agent.stdin.end(encodeEnrolmentToken({ ...decodeEnrolmentToken(token), urls: [url] }));
  return {
    untilServing: (version) => whenServing(port, `v${version}`, agent, state),
    stop: async () => {
      if (agent.exitCode === null) {
        const exited = once(agent, "exit");
        agent.kill("SIGTERM");
        await exited;
      }
      await rm(state, { recursive: true, force: true });
    },
  };
}

async function whenServing(port: number, version: string, agent: ChildProcess, state: string): Promise<void> {
  for (let tries = 0; tries < 20_000 && agent.exitCode === null; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => "",
    );
    if (answer === version) return;
    await new Promise((settle) => setTimeout(settle, 50));
  }
  throw new Error(`The host never served ${version}: ${(await readFile(join(state, "agent.log"), "utf8")).slice(-2000)}`);
}
