import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFailed, onTestFinished } from "vitest";
import { RollcallClient } from "#main/application/rollcall-client.ts";
import { applicationPaths } from "#main/agent/state/state-paths.ts";
import { AgentProcess, servicePids, versionAt } from "../agent/agent-process.ts";
import { freePort } from "#test/builders/free-port.ts";
import { aFolderSigner, FOLDER_APPLICATION, FOLDER_PRODUCT, ReleaseFolderOnDisk } from "#test/builders/release-folder.ts";

const GIVE_UP_MS = 40_000;

/** An agent without a control plane, and a folder of releases; not running yet. Everything ends with the test. */
export async function setUpStandalone() {
  const root = await mkdtemp(join(tmpdir(), "rollcall-standalone-"));
  const agent = new AgentProcess(join(root, "state"));
  const shelf = join(root, "shelf");
  await mkdir(agent.folder);
  await mkdir(shelf);
  onTestFailed(async () => console.log(`${agent.output}\n${await agent.log().catch(() => "no log")}`));
  onTestFinished(async () => {
    await agent.end("SIGKILL");
    for (const pid of await servicePids(agent)) process.kill(-pid, "SIGKILL");
    await rm(root, { recursive: true, force: true });
  });
  const port = await freePort();
  const probeUrl = `http://127.0.0.1:${port}/health`;
  await writeFile(agent.paths.overrides, JSON.stringify({ [FOLDER_PRODUCT]: { environment: { PORT: String(port) }, probeUrl } }));
  const signer = aFolderSigner();
  const configFile = join(root, "standalone.json");
  /** Writes the configuration and starts the agent with it, and with these variables beside the test's own. */
  const run = async (application: object, environment: Record<string, string> = {}): Promise<void> => {
    const usual = { productId: FOLDER_PRODUCT, trust: { keys: [signer.publicKey] }, intervalMs: 1000, firstWithinMs: 0 };
    await writeFile(configFile, JSON.stringify({ name: "kiosk", applications: [{ ...usual, ...application }] }));
    agent.run(undefined, environment, ["--standalone", configFile]);
  };
  return { agent, port, root, shelf, signer, folder: new ReleaseFolderOnDisk(shelf), run, configFile };
}

/** The client of the application that answers on a port. */
export async function clientAt(port: number): Promise<RollcallClient> {
  const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
  const client = RollcallClient.fromEnvironment(environment);
  if (client === undefined) throw new Error("the application has no socket");
  return client;
}

/** Asks again until `look` finds something. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (signal.aborted) throw new Error("gave up");
    await sleep(100);
  }
}

/** Waits until a version answers on a port. */
export const serves = (port: number, version: string): Promise<string> =>
  until(async () => ((await versionAt(port)) === version ? version : undefined));

/** Waits until the application behind a port hears these words about why its source could not be used. */
export async function untilRefused(port: number, words: string): Promise<void> {
  const client = await clientAt(port);
  await until(async () => ((await client.versions()).checkError?.includes(words) === true ? true : undefined));
}

/** Where the application of the folder lives. */
export const applicationOf = (agent: AgentProcess) => applicationPaths(agent.paths, FOLDER_APPLICATION);
