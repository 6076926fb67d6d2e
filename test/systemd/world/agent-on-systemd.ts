import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { installPaths, INSTALLED_PROGRAM, INSTALLED_STATE, SERVICE_NAME, type InstallPaths } from "#main/agent/install/install-paths.ts";
import { statePaths, type StatePaths } from "#main/agent/state/state-paths.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { freePort } from "#test/builders/free-port.ts";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { BundleFault } from "#test/faults/faulty-bundle.ts";
import { agentBundle } from "#test/integration/agent/agent-bundles.ts";
import { SystemdHost, type Ran } from "./systemd-host.ts";

/** Five seconds in the unit; here a test waits for each. */
const QUICK = "[Service]\nRestartSec=200ms\n";

/** A host that systemd has booted, and the agent as it is shipped, with a control plane outside. */
export class AgentOnSystemd {
  readonly host: SystemdHost;
  readonly stub: ControlPlaneStub;
  /** Where the application is to listen. */
  readonly port: number;
  /** Where its installation and its state lie on the real machine. */
  readonly paths: InstallPaths;
  readonly state: StatePaths;
  /** Where its state lies as the host sees it. */
  readonly installedState = INSTALLED_STATE;

  private constructor(host: SystemdHost, stub: ControlPlaneStub, port: number) {
    this.host = host;
    this.stub = stub;
    this.port = port;
    this.paths = installPaths(host.root);
    this.state = statePaths(this.paths.state);
  }

  /** Boots a host on which no agent is installed yet. */
  static async prepare(skip: (reason: string) => never): Promise<AgentOnSystemd> {
    const host = await SystemdHost.boot(skip);
    const stub = await ControlPlaneStub.start();
    stub.giveUpMs = 60_000;
    onTestFinished(() => stub.stop());
    const world = new AgentOnSystemd(host, stub, await freePort());
    await mkdir(world.paths.state, { recursive: true });
    const url = `http://127.0.0.1:${world.port}/health`;
    const own = { sockets: { http: { port: world.port } }, environment: { PORT: String(world.port) }, probeUrl: url };
    await writeFile(world.state.overrides, JSON.stringify({ "org.example.web": own }));
    await world.dropIn("quick", QUICK);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === "fail") console.log(await readFile(world.state.agentLog, "utf8").catch(() => "The agent has no log."));
    });
    return world;
  }

  /** Boots a host, and installs an agent that is enrolled and linked once this resolves. */
  static async install(skip: (reason: string) => never, dropIn = ""): Promise<AgentOnSystemd> {
    const world = await AgentOnSystemd.prepare(skip);
    await world.dropIn("test", dropIn);
    const { code, output } = await world.runInstall();
    if (code !== 0) throw new Error(`The installation ended with ${code}: ${output}`);
    await world.stub.until(() => world.stub.hellos[0]);
    return world;
  }

  /** Runs `install` of a version there, as an operator does. */
  async runInstall(version = "0.1.0", ...options: readonly string[]): Promise<Ran> {
    const bundle = await this.keepBundle(version);
    const words = [process.execPath, bundle, "install", "--name", "edge-1", "--token-file", "-", ...options];
    return this.host.run(words, encodeEnrolmentToken(this.stub.token()));
  }

  /** Writes a version of the agent to where the host finds it. */
  async keepBundle(version: string, fault?: BundleFault): Promise<string> {
    const path = join(this.host.root, `built-${version}.mjs`);
    await writeFile(path, await agentBundle(version, fault));
    return path;
  }

  /** Runs the installed command. */
  async command(...words: readonly string[]): Promise<Ran> {
    return this.host.run([SERVICE_NAME, ...words]);
  }

  /** What `systemctl edit` would write for the agent. */
  async dropIn(name: string, text: string): Promise<void> {
    await mkdir(`${this.paths.unit}.d`, { recursive: true });
    await writeFile(join(`${this.paths.unit}.d`, `${name}.conf`), text);
  }

  /** The agent's process, as systemd knows it. */
  async pid(): Promise<number> {
    return Number(await this.host.property("MainPID"));
  }

  /** Processes that run an artifact of the agent. */
  async services(): Promise<readonly number[]> {
    return this.host.pids(statePaths(INSTALLED_STATE).slots);
  }

  /** All that runs there but systemd: nothing is to be left in the end. */
  async everything(): Promise<readonly number[]> {
    return [...(await this.host.pids(INSTALLED_PROGRAM.node.replace("/current/node", ""))), ...(await this.host.pids(INSTALLED_STATE))];
  }

  /** Waits until another agent than this one has said hello to the control plane and is what systemd calls the service. */
  async untilAnother(than: number, hellos: number): Promise<void> {
    await this.stub.until(() => (this.stub.hellos.length > hellos ? true : undefined));
    await this.host.until("ActiveState", "active");
    if ((await this.pid()) === than) throw new Error(`The agent is still process ${than}.`);
  }
}
