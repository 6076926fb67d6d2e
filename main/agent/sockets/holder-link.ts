import { spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { socketPath } from "../ipc/ipc-home.ts";
import type { AgentLogger } from "../logger.ts";
import { firstByteOf } from "../process/readiness-pipe.ts";
import { HolderClient } from "./holder-client.ts";
import { placeHolderProgram } from "./holder-program.ts";

/** How the holder is reached and started. */
export type HolderLinkPorts = {
  /** The holder's own folder. */
  readonly folder: string;
  readonly logger: AgentLogger;
};

const TRIES = 20;
const TRY_AGAIN_MS = 250;

/**
 * Finds the holder of this host's sockets, or starts one. It is a process of its own, in a session of its own, so that it
 * outlives the agent; the next agent finds it at the same path.
 */
export class HolderLink {
  readonly #ports: HolderLinkPorts;
  #client: HolderClient | undefined;
  #connecting: Promise<HolderClient | undefined> | undefined;

  constructor(ports: HolderLinkPorts) {
    this.#ports = ports;
  }

  /** The holder that is connected now. */
  get client(): HolderClient | undefined {
    return this.#client?.isOpen === true ? this.#client : undefined;
  }

  /** Connects to the holder of an earlier agent, if there is one. */
  async find(): Promise<void> {
    const path = await socketPath(this.#ports.folder).catch(() => undefined);
    this.#client = path === undefined ? undefined : await this.#find(path);
  }

  /** The holder, started when there is none; undefined when it cannot be had, which is logged. */
  async get(): Promise<HolderClient | undefined> {
    if (this.client !== undefined) return this.client;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** Ends the connection. The holder ends by itself once it holds nothing. */
  close(): void {
    this.#client?.close();
  }

  async #connect(): Promise<HolderClient | undefined> {
    const { folder, logger } = this.#ports;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = await socketPath(folder);
      for (let tries = 0; tries < TRIES; tries += 1) {
        this.#client = await this.#find(path);
        if (this.#client !== undefined) return this.#client;
        // One that another agent began to start is not to be heard from here; it has the lock, and ours ends at once.
        if (!(await this.#start())) await sleep(TRY_AGAIN_MS);
      }
      logger.error({ folder }, "The process that holds sockets does not answer; see holder.log there.");
    } catch (thrown) {
      logger.error({ err: thrown }, "The process that holds sockets could not be started.");
    }
    return undefined;
  }

  /**
   * The holder at this path. One that cannot be understood is ended: nothing can be started through it, and its sockets
   * stand in the way of those who listen at the same places. What it started serves on with descriptors of its own.
   */
  async #find(path: string): Promise<HolderClient | undefined> {
    const found = await HolderClient.connect(path);
    if (found.kind === "holder") return found.client;
    if (found.kind === "none") return undefined;
    const { pid, v } = found;
    this.#ports.logger.warn({ pid, v }, "The process that holds sockets is of another age, and is ended; applications go on.");
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // It has just ended by itself.
    }
    return undefined;
  }

  /** Whether one was started that can be reached. */
  async #start(): Promise<boolean> {
    const { folder, logger } = this.#ports;
    const log = await open(join(folder, "holder.log"), "a", 0o640);
    try {
      const [command, ...args] = await placeHolderProgram(folder);
      const child = spawn(command, args, {
        cwd: "/",
        env: {},
        detached: true,
        stdio: ["ignore", "pipe", log.fd],
      });
      child.once("error", (thrown) => logger.error({ err: thrown }, "The process that holds sockets could not be started."));
      const isReady = child.stdout !== null && (await firstByteOf(child.stdout));
      child.stdout?.destroy();
      child.unref();
      if (isReady) logger.info({ pid: child.pid }, "Started the process that holds sockets.");
      return isReady;
    } finally {
      await log.close();
    }
  }
}
