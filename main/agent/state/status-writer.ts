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

/** Keeps `status.json` up to date for `rollcall-agent status`. A write that fails is logged and forgotten. */
export class StatusWriter {
  readonly #ports: StatusPorts;
  #link: AgentStatus["link"];
  #heardAt: number | undefined;
  #writing: Promise<void> = Promise.resolve();

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

  /** Writes how things are. Writes follow one another. */
  write(): Promise<void> {
    const { path, fixed, describe, sources, now, logger } = this.#ports;
    this.#writing = this.#writing
      .then(() =>
        writeStatus(path, {
          ...fixed,
          writtenAt: now(),
          link: this.#link,
          ...(sources && { sources: sources() }),
          applications: describe(),
        }),
      )
      .catch((thrown: unknown) => logger.warn({ err: thrown }, "The status file could not be written."));
    return this.#writing;
  }
}
