import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { APPLY_VERB } from "#main/agent/bytes/apply-order.ts";
import { statePaths, applicationPaths, type ApplicationPaths, type StatePaths } from "#main/agent/state/state-paths.ts";
import { encodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { freePort } from "#test/builders/free-port.ts";
import { ControlPlaneStub, type StubTls } from "#test/fakes/control-plane-stub.ts";
import { STUB_APPLICATION } from "#test/fakes/control-plane-stub-releases.ts";

/** The program under test: the source, or a bundle that the variable names. */
const MAIN = process.env["ROLLCALL_AGENT_PROGRAM"] ?? join(import.meta.dirname, "../../../main/agent/main.ts");

/** What runs it, before its verb. */
export const AGENT_PROGRAM: readonly string[] = [process.execPath, MAIN];

/** One agent, its state folder, and the processes it was run as. Everything ends with the test. */
export class AgentProcess {
  readonly folder: string;
  readonly name: string;
  readonly paths: StatePaths;
  readonly application: ApplicationPaths;
  output = "";
  /** Told all that it has written so far, whenever it writes. */
  onOutput: (output: string) => void = () => undefined;
  /** What is run, before its arguments. */
  program: readonly string[] = AGENT_PROGRAM;
  /** What it inherits as descriptors from 3 on. */
  descriptors: readonly number[] = [];
  #child: ChildProcess | undefined;

  constructor(folder: string, name = "test-host") {
    this.folder = folder;
    this.name = name;
    this.paths = statePaths(folder);
    this.application = applicationPaths(this.paths, STUB_APPLICATION);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Runs `rollcall-agent run`; a token goes in on standard input. */
  run(token?: EnrolmentTokenDocument | string, environment: Record<string, string> = {}, instead?: readonly string[]): void {
    const [command = process.execPath, ...program] = this.program;
    const usual = ["--name", this.name, ...(token === undefined ? [] : ["--token-file", "-"])];
    const args = [...program, "run", "--state", this.folder, ...(instead ?? usual)];
    const child = spawn(command, args, {
      stdio: ["pipe", "pipe", "pipe", ...this.descriptors],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    const take = (chunk: Buffer): void => {
      this.output += chunk.toString("utf8");
      this.onOutput(this.output);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(typeof token === "object" ? encodeEnrolmentToken(token) : (token ?? ""));
  }

  /** Runs another command of the program and gives what it printed. */
  async print(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => void (text += chunk.toString("utf8")));
    await once(child, "close");
    return text;
  }

  /** Kills it as a power cut would, or asks it to stop, and waits until it is gone. */
  async end(signal: "SIGKILL" | "SIGTERM" | "SIGUSR2"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  /** Waits for the end of an agent that ends by itself. */
  async exited(): Promise<number | null> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child?.exitCode ?? null;
  }

  log(): Promise<string> {
    return readFile(this.paths.agentLog, "utf8");
  }
}

type Listed = { readonly pid: number; readonly parent: number; readonly command: string };

/** What runs on this machine, without the dead. */
async function listProcesses(): Promise<readonly Listed[]> {
  const listed = spawn("ps", ["-eo", "pid=,ppid=,stat=,args="], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  listed.stdout.on("data", (chunk: Buffer) => void (text += chunk.toString("utf8")));
  await once(listed, "close");
  const lines = text.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.*)$/.exec(line));
  return lines.flatMap((line) => (line === null ? [] : [{ pid: Number(line[1]), parent: Number(line[2]), command: line[4] ?? "" }]));
}

/** Pids of processes that run an artifact of this agent. */
export async function servicePids(agent: AgentProcess): Promise<number[]> {
  return (await listProcesses()).filter(({ command }) => command.includes(agent.paths.slots)).map(({ pid }) => pid);
}

/** Pids of processes that apply a delta for this agent. */
export async function applyingPids(agent: AgentProcess): Promise<number[]> {
  return (await listProcesses())
    .filter(({ parent, command }) => parent === agent.pid && command.endsWith(APPLY_VERB))
    .map(({ pid }) => pid);
}

/** The process that holds sockets for this agent, if there is one. */
export async function holderPids(agent: AgentProcess): Promise<number[]> {
  return (await listProcesses()).filter(({ command }) => command.includes(agent.paths.holder)).map(({ pid }) => pid);
}

/** Asks a service which version it is; undefined while nobody answers. */
export async function versionAt(port: number): Promise<string | undefined> {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2000) })).text();
  } catch {
    return undefined;
  }
}

/** A control plane, and an agent with a folder of its own that is not running yet. All are cleaned up with the test. */
export async function setUp(
  tls?: StubTls,
): Promise<{ readonly stub: ControlPlaneStub; readonly agent: AgentProcess; readonly port: number }> {
  const stub = await ControlPlaneStub.start(tls);
  const agent = new AgentProcess(await mkdtemp(join(tmpdir(), "rollcall-agent-")));
  onTestFailed(async () => {
    console.log(`${agent.output}\n${await agent.log().catch(() => "no log")}`);
  });
  onTestFinished(async () => {
    await agent.end("SIGKILL");
    for (const pid of [...(await servicePids(agent)), ...(await holderPids(agent))]) process.kill(-pid, "SIGKILL");
    await stub.stop();
    await rm(agent.folder, { recursive: true, force: true });
  });
  const port = await freePort();
  await writeFile(
    agent.paths.overrides,
    JSON.stringify({ "org.example.web": { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health` } }),
  );
  return { stub, agent, port };
}
