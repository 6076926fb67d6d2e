import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { STUB_PRODUCT, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { ShapingRelay } from "#test/fakes/shaping-relay.ts";
import { readProcessCost } from "./process-cost.ts";
import { spentBy, type Spent } from "../spent.ts";
import { ROOT } from "./server-process.ts";

/** As large as a program with its own runtime. */
const PROGRAM_BYTES = 120_000_000;
const RUN = { command: "/bin/sleep", arguments: ["600"], probationMs: 0, stopDeadlineMs: 500 };

/** A store on loopback with a release of 120 MB, and a host that serves a small one and is about to be updated to it. */
export class LargeUpdate {
  readonly stub: ControlPlaneStub;
  readonly release: StubRelease;
  /** The line between the two, when there is one. */
  readonly line: ShapingRelay | undefined;
  readonly #state: string;
  #agent: ChildProcess;

  private constructor(stub: ControlPlaneStub, release: StubRelease, line: ShapingRelay | undefined, state: string, agent: ChildProcess) {
    this.stub = stub;
    this.release = release;
    this.line = line;
    this.#state = state;
    this.#agent = agent;
  }

  /**
   * Builds the agent as it is shipped, and waits until the host serves.
   *
   * @param bytesPerSecond of a line between host and store; absent, there is none.
   */
  static async prepare(bytesPerSecond?: number): Promise<LargeUpdate> {
    await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "agent"], { cwd: ROOT });
    const stub = await ControlPlaneStub.start();
    const state = await mkdtemp(join(tmpdir(), "rollcall-bench-update-"));
    const first = stub.publish({ version: "1.0.0", bytes: Buffer.from("small"), runSpec: RUN });
    const release = stub.publish({ version: "2.0.0", bytes: randomBytes(PROGRAM_BYTES), runSpec: RUN });
    stub.desire(first);
    const line = bytesPerSecond === undefined ? undefined : await ShapingRelay.start(Number(new URL(stub.url).port), bytesPerSecond);
    const token = { ...stub.token(), ...(line && { urls: [line.url] }) };
    const update = new LargeUpdate(stub, release, line, state, startAgent(state, encodeEnrolmentToken(token)));
    await stub.untilPhase("healthy", first);
    return update;
  }

  /** Grants the release and waits until it lies verified in its slot: from the order to the report. */
  async fetch(): Promise<Spent> {
    const before = await readProcessCost(this.#agent.pid ?? 0);
    const beganAt = performance.now();
    this.stub.desire(this.release);
    await this.stub.untilPhase("staged", this.release);
    const seconds = (performance.now() - beganAt) / 1000;
    return { seconds, cpuSeconds: ((await readProcessCost(this.#agent.pid ?? 0)).cpuMs - before.cpuMs) / 1000 };
  }

  /** What the least that anybody could do takes: fetch the same bytes and hash them. Nothing is written. */
  curl(): Promise<Spent> {
    return this.#shell((curl) => `${curl} | sha256sum`);
  }

  /** What it takes with the tools of a shell to have them on the disk as well: fetched, flushed, and hashed from there. */
  curlToDisk(): Promise<Spent> {
    const path = join(this.#state, "fetched-by-curl");
    return this.#shell((curl) => `${curl} -o ${path} && sync ${path} && sha256sum ${path} && rm ${path}`);
  }

  async #shell(line: (curl: string) => string): Promise<Spent> {
    const url = `${this.stub.url}${AGENT_PATHS.registry}/${STUB_PRODUCT}/blobs/sha256:${this.release.digest}`;
    const work = line(`curl -sf -H "Authorization: Bearer ${this.stub.accessToken}" "${url}"`);
    const { stdout, ...spent } = await spentBy("/bin/sh", ["-c", work]);
    if (!stdout.startsWith(this.release.digest)) throw new Error(`curl fetched something else: ${stdout}`);
    return spent;
  }

  /** Memory of the agent now, and the most it has had since the last call, in bytes. Linux only. */
  async memory(): Promise<{ readonly now: number; readonly most: number }> {
    const status = await readFile(`/proc/${this.#agent.pid ?? 0}/status`, "utf8");
    const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1]);
    // proc(5): 5 sets the peak back to what it is now.
    await writeFile(`/proc/${this.#agent.pid ?? 0}/clear_refs`, "5");
    return { now: kibibytes("VmRSS") * 1024, most: kibibytes("VmHWM") * 1024 };
  }

  /** Kills the agent as a power cut would, and starts another. */
  async killAgent(): Promise<void> {
    const exited = once(this.#agent, "exit");
    this.#agent.kill("SIGKILL");
    await exited;
    this.#agent = startAgent(this.#state);
  }

  async stop(): Promise<void> {
    const exited = once(this.#agent, "exit");
    this.#agent.kill("SIGTERM");
    await exited;
    await this.line?.close();
    await this.stub.stop();
    await rm(this.#state, { recursive: true, force: true });
  }
}

function startAgent(state: string, token = ""): ChildProcess {
  const args = ["run", "--state", state, "--name", "bench", ...(token === "" ? [] : ["--token-file", "-"])];
  const agent = spawn(process.execPath, [join(ROOT, "dist/agent/rollcall-agent.js"), ...args], { stdio: ["pipe", "ignore", "inherit"] });
  agent.stdin.end(token);
  return agent;
}
