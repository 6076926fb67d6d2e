import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { installPaths, type InstallPaths } from "#main/agent/install/install-paths.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { HANGS, type BundleFault } from "#test/faults/faulty-bundle.ts";
import { agentBundle } from "./agent-bundles.ts";
import { setUp, type AgentProcess } from "./agent-process.ts";
import { publishAgent } from "./publish-agent.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

/** An agent that was installed into a folder, and a small service manager that starts its launcher whenever it has ended. */
export class InstalledAgent {
  readonly stub: ControlPlaneStub;
  readonly agent: AgentProcess;
  readonly port: number;
  readonly paths: InstallPaths;
  /** Called before each start. */
  beforeStart: () => Promise<void> = () => Promise.resolve();
  starts = 0;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(stub: ControlPlaneStub, agent: AgentProcess, port: number, paths: InstallPaths) {
    this.stub = stub;
    this.agent = agent;
    this.port = port;
    this.paths = paths;
  }

  /** Installs a version of the agent. It does not run yet. */
  static async install(version: string): Promise<InstalledAgent> {
    const { stub, agent, port } = await setUp();
    const root = await mkdtemp(join(tmpdir(), "rollcall-installed-"));
    const bundle = join(root, "built.mjs");
    await writeFile(bundle, await agentBundle(version));
    execFileSync(process.execPath, [bundle, "install", "--root", root, "--token-file", "-"], { input: encodeEnrolmentToken(stub.token()) });
    const paths = installPaths(root);
    await copyFile(join(paths.state, "enrolment.token"), agent.paths.enrolmentToken);
    agent.program = [paths.launcher];
    const host = new InstalledAgent(stub, agent, port, paths);
    onTestFinished(async () => {
      await host.stop();
      await rm(root, { recursive: true, force: true });
    });
    return host;
  }

  /** Starts the launcher, and again whenever the agent has ended, as `Restart=always` does; one that hangs is killed. */
  start(): void {
    this.#running = this.#keepRunning();
  }

  /** Starts the agent with an application that it serves, and waits until that is healthy. */
  async serveFirst(): Promise<StubRelease> {
    const first = this.stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    this.stub.desire(first);
    this.start();
    await this.stub.untilPhase("healthy", first);
    return first;
  }

  /** Publishes a version of the agent. */
  async publish(version: string, fault?: BundleFault, probationMs = 500): Promise<StubRelease> {
    return publishAgent(this.stub, version, fault, probationMs);
  }

  /** Which version the next start is of. */
  async currentVersion(): Promise<string> {
    return (await readlink(this.paths.current)).replace(/^versions\//, "").replace(/-[0-9a-f]{16}$/, "");
  }

  /** Ends the agent and starts it no more. Its applications go on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.agent.end("SIGKILL");
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#isStopped) {
      await this.beforeStart();
      this.starts += 1;
      this.agent.output = "";
      this.agent.run();
      this.agent.onOutput = (output) => void (output.includes(HANGS) && this.agent.end("SIGKILL"));
      await this.agent.exited();
    }
  }
}

/** Asks an application again and again, each time over a connection of its own, until told to stop; what went wrong. */
export function askAllTheTime(port: number): {
  readonly stop: () => Promise<{ readonly asked: number; readonly failed: readonly string[] }>;
} {
  let isOver = false;
  const failed: string[] = [];
  let asked = 0;
  const asking = (async () => {
    while (!isOver) {
      asked += 1;
      await fetch(`http://127.0.0.1:${port}/version`, { headers: { connection: "close" } })
        .then((response) => response.text())
        .catch((thrown: unknown) => void failed.push(String(thrown)));
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await asking;
      return { asked, failed };
    },
  };
}
