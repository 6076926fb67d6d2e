import { join } from "node:path";
import { syncFolder } from "#main/node/atomic-write.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { EncryptedFileSecrets } from "./encrypted-file-secrets.ts";
import type { SecretsDocument } from "./secrets-document.ts";
import { emptySecretsDocument, isKeyOf, readSecretsDocument, writeSecretsDocument } from "./secrets-file.ts";
import { findKey, locked, newKey } from "./secrets-key.ts";
import { isOwnKeyFile, ownKeyPath, secretsPaths } from "./secrets-paths.ts";
import { protectionSentence, type SecretsProtection } from "./secrets-protection.ts";

/**
 * Opens the secrets of a data folder, which the caller has locked; the first start makes their file and, where nothing
 * else was given, their key.
 *
 * @throws AppError ENV_SECRETS_LOCKED when what was given does not open them, ENV_DATA_CORRUPT, ENV_DISK_FULL,
 *   INPUT_INVALID for a key or passphrase file that cannot be used; nothing was changed.
 */
export async function openEncryptedFileSecrets(
  dataFolder: string,
  protection: SecretsProtection,
  fs: NodeFs = nodeFs,
): Promise<EncryptedFileSecrets> {
  const { folder, document: path, keyringDocument } = secretsPaths(dataFolder);
  const stored = await readSecretsDocument(path, fs);
  if (stored === undefined && (await exists(keyringDocument, fs))) {
    throw locked("They lie in the keyring of the desktop application; start that on this data folder.");
  }
  const opened = stored === undefined ? await create(folder, path, protection, fs) : await open(stored, folder, protection, fs);
  await removeStaleKeys(folder, opened.document, fs);
  return new EncryptedFileSecrets({ ...opened, path, fs, protection: protectionSentence(protection, dataFolder) });
}

async function create(folder: string, path: string, protection: SecretsProtection, fs: NodeFs) {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  // The key is durable before the first thing that is sealed with it.
  const made = await newKey(protection, folder, fs);
  const document = emptySecretsDocument(made);
  await writeSecretsDocument(path, document, fs);
  await syncFolder(join(folder, ".."), fs);
  return { document, key: made.key };
}

async function open(document: SecretsDocument, folder: string, protection: SecretsProtection, fs: NodeFs) {
  const key = await findKey(document.key, protection, folder, fs);
  if (!isKeyOf(document, key)) throw locked(protection.kind === "passphrase-file" ? "The passphrase is wrong." : "The key is wrong.");
  return { document, key };
}

function exists(path: string, fs: NodeFs): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    () => false,
  );
}

/** Own keys that seal nothing any more: a kill came between the new key and the new document, or after it. */
async function removeStaleKeys(folder: string, document: SecretsDocument, fs: NodeFs): Promise<void> {
  const used = document.key.kind === "key" ? ownKeyPath(folder, document.key.keyId) : undefined;
  const stale = (await fs.readdir(folder)).filter(isOwnKeyFile).map((name) => join(folder, name));
  await Promise.all(stale.filter((path) => path !== used).map((path) => fs.rm(path, { force: true })));
}
