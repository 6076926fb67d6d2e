import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractClient, type Target } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { startProgram, type DemoProcess } from "./child.ts";
import { DEMO_PRODUCT } from "./demo-service.ts";
import { openDemoStore, type DemoStore, type DemoStoreKind } from "./demo-store.ts";
import { DemoOperators } from "./operators.ts";

/** One host of the demo: a real agent process, and the port of the service it supervises. */
export type DemoHost = { readonly name: string; readonly group: string; readonly port: number };

/** Everything the demo started; `stop` ends it and leaves no file behind. */
export type DemoWorld = {
  readonly folder: string;
  readonly client: ContractClient;
  readonly target: Target;
  readonly hosts: readonly DemoHost[];
  /** Where releases go. */
  readonly store: DemoStore;
  /** Who signs, when it is not the control plane. */
  readonly operators: DemoOperators | undefined;
  /** Enrols a real agent in a group by the token that an operator would copy. */
  addHost(name: string, group: string, tokenText: string): Promise<DemoHost>;
  stop(): Promise<void>;
};

const START_DEADLINE_MS = 30_000;

/** What the demo is played with. */
export type DemoTerms = { readonly port: number; readonly store: DemoStoreKind; readonly operatorHeld: boolean };

/** Starts a throw-away control plane as its own process, as `rollcall serve` does, and what the terms ask for. */
export async function startWorld(terms: DemoTerms): Promise<DemoWorld> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-demo-"));
  const data = join(folder, "control-plane");
  await mkdir(data);
  const started: DemoProcess[] = [];
  const hosts: DemoHost[] = [];
  let store: DemoStore | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all(started.slice(1).map((one) => one.stop()));
    await started[0]?.stop();
    await store?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const server = await startProgram(
      "main/cli/main.ts",
      ["serve", "--data", data, "--port", String(terms.port)],
      join(folder, "server.log"),
    );
    started.push(server);
    const target = await whenRunning(data, server, join(folder, "server.log"));
    const client = contractClient(target);
    store = await openDemoStore(terms.store, client, folder);
    return {
      folder,
      target,
      client,
      hosts,
      store,
      operators: terms.operatorHeld ? await DemoOperators.takeOver(client, join(folder, "people")) : undefined,
      stop,
      addHost: async (name, group, tokenText) => {
        const host = { name, group, port: await freePort() };
        const state = join(folder, name);
        await mkdir(state);
        const overrides = {
          [DEMO_PRODUCT]: { environment: {}, sockets: { http: { port: host.port } }, probePort: host.port },
        };
        await writeFile(join(state, "overrides.json"), JSON.stringify(overrides));
        started.push(
          await startProgram(
            "main/agent/main.ts",
            ["run", "--state", state, "--name", name, "--token-file", "-"],
            join(folder, `${name}.log`),
            tokenText,
          ),
        );
        hosts.push(host);
        return host;
      },
    };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

async function whenRunning(data: string, server: DemoProcess, logPath: string): Promise<Target> {
  for (let waitedMs = 0; waitedMs < START_DEADLINE_MS; waitedMs += 50) {
    const running = await readRunningFile(data);
    if (running !== undefined) return running;
    if (server.process.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError("REMOTE_UNREACHABLE", `The demo's control plane did not start:\n${(await readFile(logPath, "utf8")).slice(-2000)}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new AppError("ENV_PORT_IN_USE", "No free port was found for a service of the demo.");
  return address.port;
}
