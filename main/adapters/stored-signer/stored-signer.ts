import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { HeldKeys, Signer, SigningRole } from "#main/control-plane/ports/signer.ts";
import { StoredKeys } from "./stored-keys.ts";

/**
 * Server-held keys, and those that are to follow them. What the store protects against, the keys are protected against;
 * whoever takes the running control plane can sign with them while it is theirs.
 */
export class StoredSigner extends StoredKeys implements Signer {
  readonly next: HeldKeys;

  constructor(secrets: SecretStore) {
    super(secrets, "signing");
    this.next = new StoredKeys(secrets, "signing/next");
  }

  /** See Signer.takeNext. */
  async takeNext(role: SigningRole): Promise<void> {
    await this.replaceFrom("signing/next", role);
    await this.next.forget(role);
  }
}
