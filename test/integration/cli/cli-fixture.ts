import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { runCli } from "#main/cli/run.ts";
import type { TerminalInput } from "#main/cli/terminal.ts";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { enrolHosts } from "#test/bench/fleet/enrol.ts";
import type { Ended } from "#test/builders/cli-run.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { startServer } from "#main/server/server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { webSocketDial } from "#test/simulation/fleet/agent-wire.ts";
import { SimulatedAgent, type SimulatedAgentOptions } from "#test/simulation/fleet/simulated-agent.ts";

/** The application of these tests. */
export const PRODUCT = "org.example.web";

/** The CLI against a real server of its own. */
export type CliFixture = {
  readonly client: ContractClient;
  readonly url: string;
  readonly token: string;
  /** A folder of the running test, also for what the CLI keeps. */
  readonly folder: string;
  /** What the CLI is told of its surroundings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `rollcall ARGS` within this process, against the server. */
  readonly rollcall: (...args: readonly string[]) => Promise<Ended>;
  /** The same with `--json`; answers what it printed. */
  readonly json: (...args: readonly string[]) => Promise<unknown>;
  /** Writes a small file to publish; answers its path. */
  readonly dataFolder: string;
  readonly file: (name: string, content?: string) => Promise<string>;
  /** Agents that are enrolled in a group and connected. */
  readonly agents: (group: string, count: number, options?: Partial<SimulatedAgentOptions>) => Promise<readonly SimulatedAgent[]>;
};

/** Starts a server and points the CLI at it. */
export async function cliFixture(): Promise<CliFixture> {
  const dataFolder = await tempFolder();
  const server = await startServer({ dataFolder, port: 0, logger: quietLogger() });
  onTestFinished(() => server.stop());
  const { url, token } = (await readRunningFile(dataFolder)) ?? { url: "", token: "" };
  const folder = await tempFolder();
  const environment = {
    ROLLCALL_URL: url,
    ROLLCALL_TOKEN: token,
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_STATE_HOME: join(folder, "state"),
    XDG_DATA_HOME: join(folder, "data"),
  };
  const rollcall = (...args: readonly string[]): Promise<Ended> => runInProcess(args, environment);
  return {
    client: contractClient({ url, token }),
    url,
    token,
    folder,
    dataFolder,
    environment,
    rollcall,
    json: async (...args) => JSON.parse((await rollcall(...args, "--json")).out) as unknown,
    file: async (name, content = `#!/bin/sh\n# ${name}\n`) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    agents: async (group, count, options = {}) => {
      const made = await rollcall("fleet", "token", group, "--uses", String(count), "--json");
      const { text: tokenText } = JSON.parse(made.out) as { text: string };
      const hosts = await enrolHosts(url, tokenText, count);
      const agents = hosts.map((host) => new SimulatedAgent({ ...host, dial: webSocketDial(url), stateIntervalMs: 200, ...options }));
      onTestFinished(() => {
        for (const agent of agents) agent.disconnect();
      });
      await Promise.all(agents.map((agent) => agent.connect()));
      return agents;
    },
  };
}

/** A world with the application at 1.0.0 on `stable`, and a fleet `lab` of canary and everyone that follows it. */
export async function filledFixture(): Promise<CliFixture> {
  const fixture = await cliFixture();
  const { rollcall, file } = fixture;
  for (const args of [
    ["app", "create", PRODUCT, "Web"],
    ["publish", PRODUCT, `${await file("web-1.0.0")}@any`, "--channel", "stable"],
    ["fleet", "create", "lab", "--groups", "canary,everyone"],
    ["fleet", "subscribe", "lab", PRODUCT, "--channel", "stable"],
  ]) {
    const { code, err } = await rollcall(...args);
    if (code !== 0) throw new Error(`rollcall ${args.join(" ")}: ${err}`);
  }
  return fixture;
}

/** Runs a command line in this process, as `main.ts` does; without a keyboard, unless one is given. */
export async function runInProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input?: TerminalInput,
): Promise<Ended> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(out), text(err)]);
  const code = await runCli(args, {
    out,
    err,
    environment,
    signal: new AbortController().signal,
    ...(input === undefined ? {} : { input }),
  });
  out.end();
  err.end();
  const [outText, errText] = await texts;
  return { code, out: outText, err: errText };
}
