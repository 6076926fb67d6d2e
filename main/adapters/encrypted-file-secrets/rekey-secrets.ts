import { AppError } from "#shared/errors/app-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { openEncryptedFileSecrets } from "./open-encrypted-file-secrets.ts";
import { seal } from "./sealing.ts";
import { emptySecretsDocument, readSecretsDocument, secretContext, writeSecretsDocument } from "./secrets-file.ts";
import { newKey } from "./secrets-key.ts";
import { secretsPaths } from "./secrets-paths.ts";
import type { SecretsProtection } from "./secrets-protection.ts";

/**
 * Seals every secret of a data folder anew with another key. The caller has locked the folder. All is done in one
 * rename: a kill before it leaves the secrets under the old key, a kill after it under the new one.
 *
 * @returns how many secrets there are.
 * @throws AppError NOT_FOUND when the folder has no secrets, and as `openEncryptedFileSecrets` does; the old key opens them then.
 */
export async function rekeySecrets(
  dataFolder: string,
  from: SecretsProtection,
  to: SecretsProtection,
  fs: NodeFs = nodeFs,
): Promise<number> {
  const { folder, document: path } = secretsPaths(dataFolder);
  if ((await readSecretsDocument(path, fs)) === undefined) {
    throw new AppError("NOT_FOUND", `There are no secrets in ${dataFolder}; nothing was changed.`);
  }
  const opened = await openEncryptedFileSecrets(dataFolder, from, fs);
  const names = await opened.names("");
  const made = await newKey(to, folder, fs);
  const secrets: Record<string, string> = {};
  for (const name of names) {
    const value = await opened.read(name);
    if (value !== undefined) secrets[name] = seal(made.key, secretContext(name), value).toString("base64");
  }
  await writeSecretsDocument(path, { ...emptySecretsDocument(made), secrets }, fs);
  // Proves that the new key opens them, and removes an own key that seals nothing any more.
  await openEncryptedFileSecrets(dataFolder, to, fs);
  return names.length;
}
