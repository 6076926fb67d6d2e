import { join } from "node:path";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { openEncryptedFileSecrets } from "./open-encrypted-file-secrets.ts";
import { readSecretsDocument } from "./secrets-file.ts";
import { isOwnKeyFile, secretsPaths } from "./secrets-paths.ts";

/**
 * Moves the secrets that a server left in a data folder into another store, durably before they go. The caller has
 * locked the folder. A kill in between leaves both, and the next call moves them again.
 *
 * @throws AppError ENV_SECRETS_LOCKED for secrets under a key or passphrase of the operator's, which the caller does not have.
 */
export async function moveSecrets(dataFolder: string, to: SecretStore, fs: NodeFs = nodeFs): Promise<void> {
  const { folder, document } = secretsPaths(dataFolder);
  if ((await readSecretsDocument(document, fs)) !== undefined) {
    const from = await openEncryptedFileSecrets(dataFolder, { kind: "own-key" }, fs);
    for (const name of await from.names("")) {
      const value = await from.read(name);
      if (value !== undefined) await to.write(name, value);
    }
    await fs.rm(document, { force: true });
    await syncFolder(folder, fs);
  }
  // After the file that they open: a key alone is nothing, a file without its key is lost.
  const left = await fs.readdir(folder).catch((thrown: unknown) => {
    if (isNotFound(thrown)) return [];
    throw thrown;
  });
  await Promise.all(left.filter(isOwnKeyFile).map((name) => fs.rm(join(folder, name), { force: true })));
}
