import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RegistryTokenServer } from "./registry-token-server.ts";

const PROGRAM = "/usr/bin/docker-registry";
const START_DEADLINE_MS = 20_000;

/** Why tests with a real registry cannot run here, or undefined when they can. */
export const noDockerRegistry: string | undefined = existsSync(PROGRAM) ? undefined : `${PROGRAM} is not installed`;

/** The one account of a registry that asks for a password; made by `htpasswd -B`, whose hash is stored here. */
export const REGISTRY_ACCOUNT = { username: "operator", password: "correct horse" } as const;
const HTPASSWD = `${REGISTRY_ACCOUNT.username}:$2b$04$G1A1gD7JLDpKDCDow/VN5uXhn.lSUu3B9QHcLi16yPRZLG77SRXUy\n`;

/** How a registry is set up. */
export type DockerRegistryOptions = {
  /** Who gets in: everybody, {@link REGISTRY_ACCOUNT}, or whoever shows a token of this server. */
  readonly auth?: "none" | "basic" | RegistryTokenServer;
  /** Whether manifests and blobs may be removed; by digest only, tags never. */
  readonly deletes?: boolean;
  /** Where it keeps everything; a folder of its own when absent. */
  readonly dataFolder?: string;
};

/** Debian's `docker-registry` (distribution 2.8) as a process of its own on a free loopback port. */
export class DockerRegistry {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;
  readonly dataFolder: string;

  private constructor(child: ChildProcess, folder: string, dataFolder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.dataFolder = dataFolder;
    this.port = port;
  }

  /** Starts one; whoever starts it stops it. */
  static async start(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-registry-"));
    const dataFolder = options.dataFolder ?? join(folder, "data");
    const config = join(folder, "config.yml");
    await writeFile(join(folder, "htpasswd"), HTPASSWD);
    await writeFile(config, await configuration(folder, dataFolder, options));
    const child = spawn(PROGRAM, ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
    try {
      return new DockerRegistry(child, folder, dataFolder, await listeningPort(child));
    } catch (failure) {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      throw failure;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** `host:port`, as other clients name it. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process and removes its folder; a data folder that was given stays. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One for the running test, stopped when it ends. */
export async function dockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const registry = await DockerRegistry.start(options);
  onTestFinished(() => registry.stop());
  return registry;
}

async function configuration(
  folder: string,
  dataFolder: string,
  { auth = "none", deletes = true }: DockerRegistryOptions,
): Promise<string> {
  const document = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: dataFolder }, delete: { enabled: deletes }, cache: { blobdescriptor: "inmemory" } },
    http: { addr: "127.0.0.1:0", secret: "a secret of tests" },
    ...(auth === "basic" && { auth: { htpasswd: { realm: "tests", path: join(folder, "htpasswd") } } }),
    ...(typeof auth === "object" && { auth: { token: await tokenSettings(folder, auth) } }),
  };
  // JSON is YAML.
  return JSON.stringify(document);
}

async function tokenSettings(folder: string, server: RegistryTokenServer): Promise<object> {
  const rootcertbundle = join(folder, "token.crt");
  await writeFile(rootcertbundle, server.certificate);
  return { realm: server.realm, service: server.service, issuer: server.issuer, rootcertbundle };
}

/** It chooses the port itself and says which. */
async function listeningPort(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let output = "";
  const timer = setTimeout(() => reject(new Error(`the registry did not start:\n${output}`)), START_DEADLINE_MS);
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`the registry ended with ${code}:\n${output}`)));
  child.stderr?.on("data", (piece: Buffer) => {
    if (output.length < 65_536) output += piece.toString("utf8");
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
