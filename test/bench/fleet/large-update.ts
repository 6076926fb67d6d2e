import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { STUB_PRODUCT, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { ROOT } from "./server-process.ts";

/** As large as a program with its own runtime. */
const PROGRAM_BYTES = 120_000_000;
const RUN = { command: "/bin/sleep", arguments: ["600"], probationMs: 0, stopDeadlineMs: 500 };

/** A store on loopback with a release of 120 MB, and a host that serves a small one and is about to be updated to it. */
export class LargeUpdate {
  readonly stub: ControlPlaneStub;
  readonly release: StubRelease;
  readonly #state: string;
  #agent: ChildProcess;

  private constructor(stub: ControlPlaneStub, release: StubRelease, state: string, agent: ChildProcess) {
    this.stub = stub;
    this.release = release;
    this.#state = state;
    this.#agent = agent;
  }

  /** Builds the agent as it is shipped, and waits until the host serves. */
  static async prepare(): Promise<LargeUpdate> {
    await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "agent"], { cwd: ROOT });
    const stub = await ControlPlaneStub.start();
    const state = await mkdtemp(join(tmpdir(), "rollcall-bench-update-"));
    const first = stub.publish({ version: "1.0.0", bytes: Buffer.from("small"), runSpec: RUN });
    const release = stub.publish({ version: "2.0.0", bytes: randomBytes(PROGRAM_BYTES), runSpec: RUN });
    stub.desire(first);
    const update = new LargeUpdate(stub, release, state, startAgent(state, encodeEnrolmentToken(stub.token())));
    await stub.untilPhase("healthy", first);
    return update;
  }

  /** Where its bytes arrive. */
  get partPath(): string {
    return join(this.#state, "downloads", `${this.release.applicationId}-${this.release.digest}.part`);
  }

  /** Grants the release and waits until it lies verified in its slot; the seconds from the order to the report. */
  async fetch(): Promise<number> {
    const beganAt = performance.now();
    this.stub.desire(this.release);
    await this.stub.untilPhase("staged", this.release);
    return (performance.now() - beganAt) / 1000;
  }

  /** What the least that anybody could do takes, in seconds: fetch the same bytes and hash them. */
  async curl(): Promise<number> {
    const url = `${this.stub.url}${AGENT_PATHS.registry}/${STUB_PRODUCT}/blobs/sha256:${this.release.digest}`;
    const beganAt = performance.now();
    const line = `curl -sf -H "Authorization: Bearer ${this.stub.accessToken}" "${url}" | sha256sum`;
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", line]);
    if (!stdout.startsWith(this.release.digest)) throw new Error(`curl fetched something else: ${stdout}`);
    return (performance.now() - beganAt) / 1000;
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

  /** Bytes of the release that are on the host's disk. */
  async arrivedBytes(): Promise<number> {
    return stat(this.partPath).then(
      ({ size }) => size,
      () => 0,
    );
  }

  async stop(): Promise<void> {
    const exited = once(this.#agent, "exit");
    this.#agent.kill("SIGTERM");
    await exited;
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
