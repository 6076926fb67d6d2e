import { rekeySecrets } from "#main/adapters/encrypted-file-secrets/rekey-secrets.ts";
import { protectionSentence, type SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { lockDataFolder } from "./lock-data-folder.ts";

/**
 * Changes what the secrets of a data folder are sealed with, while no control plane uses it.
 *
 * @throws AppError ENV_DATA_IN_USE, and as `rekeySecrets` does.
 */
export async function rekeyLockedSecrets(
  dataFolder: string,
  from: SecretsProtection,
  to: SecretsProtection,
): Promise<{ readonly count: number; readonly protection: string }> {
  const lock = await lockDataFolder(dataFolder);
  try {
    return { count: await rekeySecrets(dataFolder, from, to), protection: protectionSentence(to, dataFolder) };
  } finally {
    lock.release();
  }
}
