import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ContractClient } from "#shared/contract/index.ts";
import { LOCAL_STORE_ID, type StoreEntry } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { StoreId } from "#shared/lib/ids.ts";

/** Kinds of stores that the demo can publish to. */
export const DEMO_STORES = ["local", "folder", "oci", "github"] as const;
export type DemoStoreKind = (typeof DEMO_STORES)[number];

/** A place for the demo's releases, with whatever was started for it. */
export type DemoStore = { readonly id: StoreId; readonly about: string; stop(): Promise<void> };

const DOCKER_REGISTRY = "/usr/bin/docker-registry";
const PLAYED_GITHUB = join(import.meta.dirname, "../../test/fakes/github/serve.ts");
const TOKEN = "a-token-of-the-demo";

/**
 * Makes a store of this kind. A registry is Debian's own; GitHub, which a demo cannot reach without somebody's token, is
 * played by a loopback server that checks every request against GitHub's published description.
 *
 * @throws AppError ENV_UNSUPPORTED when what it needs is not installed.
 */
export async function openDemoStore(kind: DemoStoreKind, client: ContractClient, folder: string): Promise<DemoStore> {
  switch (kind) {
    case "local":
      return { id: LOCAL_STORE_ID, about: "the embedded store", stop: () => Promise.resolve() };
    case "folder": {
      const path = join(folder, "releases");
      await mkdir(path);
      const made = await client.stores.create({ name: "Demo folder", settings: { kind, path } });
      return { id: made.id, about: `the folder ${path}`, stop: () => Promise.resolve() };
    }
    case "oci":
      return registryStore(client, folder);
    case "github":
      return githubStore(client);
  }
}

async function registryStore(client: ContractClient, folder: string): Promise<DemoStore> {
  if (!existsSync(DOCKER_REGISTRY))
    throw new AppError("ENV_UNSUPPORTED", `${DOCKER_REGISTRY} is not here; install docker-registry, or choose another --store.`);
  const config = join(folder, "registry.json");
  const settings = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "registry") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0" },
  };
  // JSON is YAML.
  await writeFile(config, JSON.stringify(settings));
  const child = spawn(DOCKER_REGISTRY, ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  const registry = `http://${await saidBy(child, child.stderr, /listening on (127\.0\.0\.1:\d+)/)}`;
  const made = await client.stores.create({ name: "Demo registry", settings: { kind: "oci", registry, repositoryPrefix: "demo" } });
  return opened(made, `a docker-registry at ${registry}`, () => void child.kill("SIGTERM"), child);
}

async function githubStore(client: ContractClient): Promise<DemoStore> {
  if (!existsSync(PLAYED_GITHUB))
    throw new AppError("ENV_UNSUPPORTED", "The loopback GitHub lies in the source tree, which is not here; choose another --store.");
  const child = spawn(process.execPath, [PLAYED_GITHUB, "--port", "0", "--token", TOKEN, "--repository", "demo/releases"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(await saidBy(child, child.stdout, /^(\{.+\})$/m)));
  const settings = { kind: "github" as const, apiUrl, owner: "demo", repository: "releases" };
  const made = await client.stores.create({ name: "Demo GitHub", settings, secret: { password: TOKEN } });
  return opened(made, `a loopback GitHub at ${apiUrl}`, () => void child.stdin.end(), child);
}

function opened({ id }: StoreEntry, about: string, end: () => void, child: ChildProcess): DemoStore {
  return {
    id,
    about,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      end();
      await exited;
    },
  };
}

/** Waits for the line with which a program says that it is there. @throws AppError REMOTE_UNREACHABLE when it ends before. */
function saidBy(child: ChildProcess, output: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  output.on("data", (piece: Buffer) => {
    if (said.length < 65_536) said += piece.toString("utf8");
    const found = pattern.exec(said)?.[1];
    if (found !== undefined) resolve(found);
  });
  child.once("error", reject);
  child.once("exit", () => reject(new AppError("REMOTE_UNREACHABLE", `What the demo needs did not start:\n${said.slice(-2000)}`)));
  return promise;
}
