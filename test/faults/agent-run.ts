import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { encodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import type { Injection } from "./fault.ts";
import { injectedEnvironment, injectorOf } from "./injected-program.ts";

/** What one run of the agent is given. */
export type RunOptions = {
  readonly program: string;
  readonly folder: string;
  readonly injection: Omit<Injection, "folder">;
  readonly token?: EnrolmentTokenDocument;
};

/** A run of the agent, of one process or of several that follow one another. */
export type AnyRun = Pick<AgentRun, "output" | "isOver" | "exited" | "end">;

/** One process of the agent, with what is injected into it. */
export class AgentRun {
  output = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor({ program, folder, injection, token }: RunOptions) {
    const args = [
      "--import",
      injectorOf(program),
      program,
      "run",
      "--state",
      folder,
      ...(token === undefined ? [] : ["--token-file", "-"]),
    ];
    const env = injectedEnvironment(program, { folder, ...injection });
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"], env });
    const take = (chunk: Buffer): void => void (this.output += chunk.toString("utf8"));
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.stdin.on("error", () => undefined);
    child.stdin.end(token === undefined ? "" : encodeEnrolmentToken(token));
    this.#child = child;
    this.#exited = once(child, "exit");
  }

  /** Whether it has ended, by itself or by a signal. */
  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it has ended. */
  async exited(): Promise<number | null> {
    if (!this.isOver) await this.#exited;
    return this.#child.exitCode;
  }

  /** Ends it and waits for that. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (!this.isOver) this.#child.kill(signal);
    return this.exited();
  }
}
