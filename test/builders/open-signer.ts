import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";

/** A signer whose keys lie in the encrypted file of `folder`, so that opening it again finds them. */
export async function openSigner(folder: string): Promise<StoredSigner> {
  return new StoredSigner(await openEncryptedFileSecrets(folder, { kind: "own-key" }));
}
