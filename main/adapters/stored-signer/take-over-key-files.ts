import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { signingSecretName } from "./signing-secret-name.ts";

/**
 * Moves signing keys that lie as PEM files in `folder` (as earlier versions wrote them) into the secret store. A file
 * goes when its key is durable in the store; a kill in between leaves both, and the next start finds them equal.
 *
 * @throws AppError ENV_DATA_CORRUPT for a file that holds no Ed25519 key, or another one than the store; both stay.
 */
export async function takeOverKeyFiles(folder: string, secrets: SecretStore, fs: NodeFs = nodeFs): Promise<void> {
  const names = await fs.readdir(folder).catch((thrown: unknown) => {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  });
  if (names === undefined) return;
  for (const name of names) {
    const role = /^([a-z0-9][a-z0-9.-]{0,140})\.pem$/.exec(name)?.[1];
    if (role !== undefined) await takeOver(join(folder, name), signingSecretName(role), secrets, fs);
  }
  await syncFolder(folder, fs);
}

async function takeOver(path: string, secret: string, secrets: SecretStore, fs: NodeFs): Promise<void> {
  const key = parse(path, await fs.readFile(path, "utf8"));
  const stored = await secrets.read(secret);
  if (stored !== undefined && !key.equals(stored)) {
    throw new AppError("ENV_DATA_CORRUPT", `The signing key at ${path} is not the one that is stored already; nothing was taken over.`);
  }
  if (stored === undefined) await secrets.write(secret, key);
  await fs.rm(path, { force: true });
}

function parse(path: string, pem: string): Buffer {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key.export({ format: "der", type: "pkcs8" });
  } catch {
    // Without its cause, which could quote the key.
  }
  throw new AppError("ENV_DATA_CORRUPT", `The signing key at ${path} is damaged; nothing was taken over.`);
}
