import type { AgentLogger } from "../logger.ts";
import { writeStatus, type AgentStatus } from "./status-file.ts";

/** What stands in the status file and who knows it. */
export type StatusPorts = {
  readonly path: string;
  readonly logger: AgentLogger;
  readonly fixed: Pick<AgentStatus, "process" | "hostId" | "name" | "agentVersion" | "processTracking">;
  readonly describe: () => AgentStatus["applications"];
  /** Where a stand-alone host gets its releases. */
  readonly sources?: () => NonNullable<AgentStatus["sources"]>;
  readonly now: () => number;
};

/** What has not changed is written again this late, so that the file of a dead agent says within ten minutes when it was there. */
const AGAIN_MS = 600_000;

/** Keeps `status.json` up to date for `rollcall-agent status`. A write that fails is logged and forgotten. */
export class StatusWriter {
  readonly #ports: StatusPorts;
  #link: AgentStatus["link"];
  #heardAt: number | undefined;
  #writing: Promise<void> = Promise.resolve();
  #written = { said: "", at: Number.NEGATIVE_INFINITY };
  #isClosed = false;

  constructor(ports: StatusPorts) {
    this.#ports = ports;
    this.#link = { state: "closed", since: ports.now(), detail: "not connected yet" };
  }

  /** When the control plane was last heard, in epoch ms: now, while the link is open. */
  get heardAt(): number | undefined {
    return this.#link.state === "open" ? this.#ports.now() : this.#heardAt;
  }

  /** Why there is no link; undefined while there is one. */
  get unheard(): string | undefined {
    return this.#link.state === "open" ? undefined : this.#link.detail;
  }

  /** The link opened or closed. */
  linkIs(state: AgentStatus["link"]["state"], detail: string): void {
    this.#heardAt = this.heardAt;
    this.#link = { state, since: this.#ports.now(), detail };
    void this.write();
  }

  /** Writes how things are a last time. What is told later is not written, so that the process may end. */
  close(): Promise<void> {
    const last = this.write();
    this.#isClosed = true;
    return last;
  }

  /** Writes how things are, unless the file says so already. Writes follow one another. */
  write(): Promise<void> {
    if (this.#isClosed) return this.#writing;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((thrown: unknown) => this.#ports.logger.warn({ err: thrown }, "The status file could not be written."));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { path, fixed, describe, sources, now } = this.#ports;
    const status = { link: this.#link, ...(sources && { sources: sources() }), applications: describe() };
    // Time goes by without anybody's doing.
    const said = JSON.stringify(status, (name, value: unknown) => (name === "uptimeMs" ? undefined : value));
    const at = now();
    if (said === this.#written.said && Math.abs(at - this.#written.at) < AGAIN_MS) return;
    await writeStatus(path, { ...fixed, writtenAt: at, ...status });
    this.#written = { said, at };
  }
}
