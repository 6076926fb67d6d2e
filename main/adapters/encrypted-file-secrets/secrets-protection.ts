import { relative, isAbsolute } from "node:path";

/** What the secrets of a data folder are sealed with. */
export type SecretsProtection =
  /** A key that the control plane makes for itself, in the data folder. */
  | { readonly kind: "own-key" }
  | { readonly kind: "key-file"; readonly path: string }
  | { readonly kind: "passphrase-file"; readonly path: string };

/** Says truthfully what it protects against, as one sentence to people. */
export function protectionSentence(protection: SecretsProtection, dataFolder: string): string {
  switch (protection.kind) {
    case "passphrase-file":
      return isWithin(dataFolder, protection.path)
        ? `Encrypted with a passphrase that lies in the data folder, too: whoever copies the whole data folder can read the secrets; move ${protection.path} out of it.`
        : "Encrypted with a passphrase: whoever copies the data folder reads no secret without it.";
    case "key-file":
      return isWithin(dataFolder, protection.path)
        ? `Encrypted with a key that lies in the data folder, too: whoever copies the whole data folder can read the secrets; move ${protection.path} out of it.`
        : `Encrypted with the key file ${protection.path}: whoever copies the data folder alone reads no secret.`;
    case "own-key":
      return "Encrypted with a key that lies in the same data folder: whoever copies the whole data folder can read the secrets; give --secrets-key outside of it.";
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
