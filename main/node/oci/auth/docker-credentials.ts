import { open } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { isNotFound } from "../../disk-error.ts";
import { askCredentialProgram } from "./credential-program.ts";
import type { RegistryCredentials } from "./registry-credentials.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;
const secretText = z.string().max(16_384);

const entry = z.object({
  auth: secretText.optional(),
  username: secretText.optional(),
  password: secretText.optional(),
  identitytoken: secretText.optional(),
  registrytoken: secretText.optional(),
});

const dockerConfig = z.object({
  auths: z.record(z.string(), entry).default({}),
  credHelpers: z.record(z.string(), z.string().max(200)).default({}),
  credsStore: z.string().max(200).optional(),
});

/**
 * The credentials that docker's configuration holds for a registry: its own helper first, then the store for all, then
 * what stands in the file, which is the order that docker has. Undefined when it holds none.
 *
 * @param path of docker's `config.json`.
 * @throws AppError STORE_CREDENTIALS_REFUSED when the file or a helper cannot be used.
 */
export async function dockerCredentials(path: string, registry: URL): Promise<RegistryCredentials | undefined> {
  const config = await readConfig(path);
  const names = namesOf(registry);
  const helper = pick(config.credHelpers, names)?.[1] ?? config.credsStore;
  if (helper !== undefined && helper !== "") {
    // Helpers know docker's own registry by an address, all others by their host.
    const found = await askCredentialProgram(helper, names[0] ?? registry.host);
    if (found !== undefined) return found;
  }
  return fromEntry(pick(config.auths, names)?.[1]);
}

async function readConfig(path: string): Promise<z.infer<typeof dockerConfig>> {
  try {
    return dockerConfig.parse(JSON.parse(await readText(path)));
  } catch (cause) {
    if (isNotFound(cause)) return { auths: {}, credHelpers: {} };
    // The cause may quote the file, so it does not travel with the error.
    throw new AppError(
      "STORE_CREDENTIALS_REFUSED",
      `The docker configuration at ${path} cannot be read; nothing was sent to the registry.`,
    );
  }
}

async function readText(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_CONFIG_BYTES) throw new TypeError("too large");
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** What docker calls a registry, the usual name first. */
function namesOf(registry: URL): readonly string[] {
  if (registry.hostname === "registry-1.docker.io") return ["https://index.docker.io/v1/", "index.docker.io", "docker.io"];
  return [registry.host];
}

/** Keys may be addresses (`https://host/v1/`) where hosts were meant. */
function pick<T>(entries: Readonly<Record<string, T>>, names: readonly string[]): readonly [string, T] | undefined {
  const plain = (key: string): string => key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return Object.entries(entries).find(([key]) => names.some((name) => key === name || plain(key) === plain(name)));
}

function fromEntry(found: z.infer<typeof entry> | undefined): RegistryCredentials | undefined {
  if (found === undefined) return undefined;
  if (found.registrytoken) return { kind: "bearer", token: found.registrytoken };
  if (found.identitytoken) return { kind: "identity", token: found.identitytoken };
  const pair = found.auth ? Buffer.from(found.auth, "base64").toString("utf8") : `${found.username ?? ""}:${found.password ?? ""}`;
  const colon = pair.indexOf(":");
  // Docker pads with zero bytes what it wrote long ago.
  const [username, password] = [pair.slice(0, colon), pair.slice(colon + 1).replaceAll("\u0000", "")];
  return colon > 0 && password !== "" ? { kind: "basic", username, password } : undefined;
}
