import { utilityProcess, type MessagePortMain } from "electron";
import { coreEnvironment } from "./core-environment.ts";
import type { CoreProcess } from "./core-process.ts";

/** What the control plane's process is started with. */
export type CoreLaunch = {
  /** The bundle of control-plane-process.ts. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Each line that the process prints, for the log. */
  readonly onLine: (line: string) => void;
};

/** Starts the control plane in a utility process: Node without a window, with its own memory, ended with the application. */
export function startUtilityCoreProcess(launch: CoreLaunch): CoreProcess<MessagePortMain> {
  const child = utilityProcess.fork(launch.file, [...launch.args], {
    serviceName: "Rollcall control plane",
    stdio: "pipe",
    env: coreEnvironment(launch.environment),
    execArgv: [],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", lines(launch.onLine));
  return {
    post: (request, port) => child.postMessage(request, port === undefined ? [] : [port]),
    onMessage: (listener) => void child.on("message", listener),
    onExit: (listener) => void child.once("exit", listener),
    kill: () => void child.kill(),
  };
}

const LONGEST_LINE = 8192;

/** Cuts a stream into lines; an endless line is passed on in pieces. */
function lines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk.toString("utf8")).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") onLine(part.slice(0, LONGEST_LINE));
    if (rest.length <= LONGEST_LINE) return;
    onLine(rest.slice(0, LONGEST_LINE));
    rest = "";
  };
}
