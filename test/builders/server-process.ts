import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile, type RunningControlPlane } from "#main/node/running-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { CLI } from "./cli-run.ts";

const START_DEADLINE_MS = 30_000;

/** `rollcall serve` as a process of its own, over a data folder that outlives it. */
export class ServerProcess {
  readonly dataFolder: string;
  readonly args: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  /** What it wrote to standard error. */
  output = "";
  #child: ChildProcess | undefined;
  #running: RunningControlPlane | undefined;
  #client: ContractClient | undefined;

  /**
   * @param args further options, such as `--listen`.
   * @param environment laid over that of this process.
   */
  constructor(dataFolder: string, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
    this.dataFolder = dataFolder;
    this.args = args;
    this.#environment = environment;
  }

  /** Where it runs, as it announced it itself. */
  get running(): RunningControlPlane {
    if (this.#running === undefined) throw new TypeError("the server has not started");
    return this.#running;
  }

  /** Acts as the user who started it. A new one after each start, since the token is that of a run. */
  get client(): ContractClient {
    if (this.#client === undefined) throw new TypeError("the server has not started");
    return this.#client;
  }

  get port(): number {
    return Number(new URL(this.running.url).port);
  }

  /** Starts it, again on the port that it had, and waits until it says that it is ready. */
  async start(): Promise<this> {
    const port = this.#running === undefined ? 0 : this.port;
    const child = this.#spawn(port);
    for (let waitedMs = 0; waitedMs < START_DEADLINE_MS && child.exitCode === null; waitedMs += 20) {
      const running = await readRunningFile(this.dataFolder);
      // A killed process leaves its file behind; only the announcement of this one counts.
      if (running !== undefined && running.pid === child.pid) {
        this.#running = running;
        this.#client = contractClient(running);
        return this;
      }
      await new Promise((settle) => setTimeout(settle, 20));
    }
    throw new Error(`the server did not start (exit code ${child.exitCode}):\n${this.output.slice(-3000)}`);
  }

  /** Ends it as a power cut would, or in order, and waits until it is gone. */
  async end(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }

  #spawn(port: number): ChildProcess {
    const args = [CLI, "serve", "--data", this.dataFolder, "--port", String(port), "--log-level", "warn", ...this.args];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...this.#environment } });
    child.stderr.on("data", (piece: Buffer) => void (this.output += piece.toString("utf8")));
    this.#child = child;
    return child;
  }
}
