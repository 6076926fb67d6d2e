import { EventEmitter } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { FakeMessagePortMain } from "./fake-ports.ts";

const BOOTSTRAP = fileURLToPath(new URL("utility-bootstrap.ts", import.meta.url));

/** What a utility process was forked with. */
export type ForkedWith = {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly env: Readonly<Record<string, string>>; readonly [option: string]: unknown };
};

/** A utility process as a worker thread: a JavaScript world of its own, reached by messages and ports only. */
export class FakeUtilityProcess extends EventEmitter {
  readonly #worker: Worker;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;

  constructor(forked: ForkedWith) {
    super();
    const { file, args } = forked;
    this.#worker = new Worker(BOOTSTRAP, {
      workerData: { file, args },
      execArgv: [],
      env: forked.options.env,
      stdout: true,
      stderr: true,
    });
    this.stdout = this.#worker.stdout;
    this.stderr = this.#worker.stderr;
    this.#worker.on("message", (message: unknown) => this.emit("message", message));
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", (code) => this.emit("exit", code));
  }
  postMessage(message: unknown, ports: readonly FakeMessagePortMain[] = []): void {
    const given = ports.map((port) => port.transfer());
    this.#worker.postMessage({ data: message, ports: given }, given);
  }
  kill(): boolean {
    void this.#worker.terminate();
    return true;
  }
}

/** Electron's `utilityProcess`, with everything that it forked in the order of their starts. */
export class FakeUtilityProcesses {
  readonly forked: { readonly with: ForkedWith; readonly process: FakeUtilityProcess }[] = [];

  fork(file: string, args: readonly string[], options: ForkedWith["options"]): FakeUtilityProcess {
    const forkedWith = { file, args, options };
    const process = new FakeUtilityProcess(forkedWith);
    this.forked.push({ with: forkedWith, process });
    return process;
  }
}
