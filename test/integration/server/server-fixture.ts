import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { startServer, type RunningServer, type ServerOptions } from "#main/server/server.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { enrolHosts } from "#test/bench/fleet/enrol.ts";
import { rawRequest, type RawAnswer, type RawRequest } from "#test/builders/raw-request.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger, type QuietLogger } from "#test/fakes/quiet-logger.ts";
import { webSocketDial } from "#test/simulation/fleet/agent-wire.ts";
import { SimulatedAgent, type SimulatedAgentOptions } from "#test/simulation/fleet/simulated-agent.ts";

/** A real server on a free port over a folder of its own. */
export type ServerFixture = {
  readonly server: RunningServer;
  readonly origin: string;
  readonly dataFolder: string;
  readonly logger: QuietLogger;
  /** Speaks the contract as the program of this machine's user does. */
  readonly client: ContractClient;
  readonly send: (path: string, request?: RawRequest) => Promise<RawAnswer>;
  /** A browser that has used a login link. */
  readonly logIn: () => Promise<{ readonly cookie: string }>;
  /** Agents of newly enrolled hosts of one group, not connected yet. */
  readonly agents: (count: number, options?: Partial<SimulatedAgentOptions>) => Promise<readonly SimulatedAgent[]>;
};

/** Starts it for the running test. */
export async function startFixture(options: Partial<ServerOptions> = {}): Promise<ServerFixture> {
  const logger = quietLogger();
  const dataFolder = options.dataFolder ?? (await tempFolder());
  const consoleFolder = options.consoleFolder ?? (await aConsole());
  const server = await startServer({ port: 0, logger, consoleFolder, ...options, dataFolder });
  onTestFinished(() => server.stop());
  const origin = server.urls[0]!;
  const running = await readRunningFile(dataFolder);
  const client = contractClient({ url: origin, token: running?.token ?? "" });
  const send = (path: string, request?: RawRequest) => rawRequest(origin, path, withHost(origin, request));
  return {
    server,
    origin,
    dataFolder,
    logger,
    client,
    send,
    logIn: async () => {
      const code = new URL(await server.loginLink()).hash.slice(1);
      const answer = await send("/login", jsonPost({ code }));
      return { cookie: answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
    },
    agents: async (count, agentOptions = {}) => {
      const fleet = await client.fleets.create({ name: `fleet-${crypto.randomUUID().slice(0, 8)}`, groups: ["everyone"] });
      const { text } = await client.tokens.create({ groupId: fleet.groups[0]!.id, maxUses: count });
      const hosts = await enrolHosts(origin, text, count);
      const dial = webSocketDial(origin, server.certificatePin);
      return hosts.map((host) => new SimulatedAgent({ ...host, dial, stateIntervalMs: 0, ...agentOptions }));
    },
  };
}

/** A request with a body of JSON. */
export function jsonPost(document: unknown, headers: Readonly<Record<string, string>> = {}): RawRequest {
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(document) };
}

/** A small console as the build makes one. */
export async function aConsole(): Promise<string> {
  const folder = await tempFolder();
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), '<meta name="csp-nonce" content="__CSP_NONCE__"><div id="root"></div>');
  await writeFile(join(folder, "assets", "main-abc123.js"), "export const one = 1;\n");
  await writeFile(join(folder, "mark.svg"), "<svg/>");
  return folder;
}

function withHost(origin: string, request: RawRequest = {}): RawRequest {
  return { ...request, headers: { host: new URL(origin).host, ...request.headers } };
}
