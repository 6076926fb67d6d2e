import { join } from "node:path";

/** Where the secrets of a data folder lie. */
export type SecretsPaths = {
  readonly folder: string;
  /** What a server seals with a key or a passphrase. */
  readonly document: string;
  /** What the desktop seals with its keyring, instead. */
  readonly keyringDocument: string;
};

/** The places of secrets within a data folder. */
export function secretsPaths(dataFolder: string): SecretsPaths {
  const folder = join(dataFolder, "secrets");
  return { folder, document: join(folder, "secrets.json"), keyringDocument: join(folder, "keyring.json") };
}

/** The key that a control plane made for itself, in the folder of its secrets; named by its id, so that two never meet. */
export function ownKeyPath(folder: string, keyId: string): string {
  return join(folder, `key-${keyId}`);
}

/** Whether a file of that folder is such a key. */
export function isOwnKeyFile(name: string): boolean {
  return /^key-[0-9a-f]{16}$/.test(name);
}
