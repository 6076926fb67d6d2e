import { createPrivateKey, generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { SigningKey } from "#main/client/trust/open-key-file.ts";
import { trustKeyId as keyIdOf } from "#main/client/trust/trust-key-id.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { KeyringKey } from "#shared/contract/shell.ts";
import { rawPublicKey, trustKeyId } from "#shared/domain/trust/trust-key.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { displayName, epochMs } from "#shared/lib/scalars.ts";

const makeKeyPair = promisify(generateKeyPair);
const PREFIX = "operator/";

/** More keys than anyone holds; keeps a page that was taken over from filling the keyring. */
const MAX_KEYS = 32;

const stored = z.strictObject({
  keyId: trustKeyId,
  label: displayName,
  publicKey: rawPublicKey,
  createdAt: epochMs,
  /** PKCS #8 (DER), base64. */
  privateKey: z.base64().max(200),
});

/** The operator keys of this machine's user. They lie in a store of their own, which the control plane cannot ask for. */
export class OperatorKeyring {
  readonly #secrets: SecretStore;
  readonly #turns = new OneAtATime();

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  /** Every key, oldest first. @throws AppError ENV_SECRETS_LOCKED, ENV_DATA_CORRUPT. */
  async keys(): Promise<readonly KeyringKey[]> {
    const names = await this.#secrets.names(PREFIX);
    const found = await Promise.all(names.map((name) => this.#read(name)));
    return found
      .flatMap((key) =>
        key === undefined ? [] : [{ keyId: key.keyId, label: key.label, publicKey: key.publicKey, createdAt: key.createdAt }],
      )
      .sort((left, right) => left.createdAt - right.createdAt || left.label.localeCompare(right.label));
  }

  /** Makes a key; it is durable when this resolves. @throws AppError CONFLICT_EXISTS for a label that is taken, INPUT_INVALID beyond 32 keys. */
  createKey(label: string, createdAt: number): Promise<KeyringKey> {
    return this.#turns.run(async () => {
      const keys = await this.keys();
      if (keys.some((key) => key.label === label))
        throw new AppError("CONFLICT_EXISTS", `There is a key "${label}" already; no key was made.`);
      if (keys.length >= MAX_KEYS) throw new AppError("INPUT_INVALID", `There are ${MAX_KEYS} keys already; no key was made.`);
      const pair = await makeKeyPair("ed25519");
      const publicKey = pair.publicKey.export({ format: "jwk" }).x ?? "";
      const key = { keyId: keyIdOf(publicKey), label, publicKey, createdAt };
      const privateKey = pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
      await this.#secrets.write(PREFIX + key.keyId, Buffer.from(JSON.stringify({ ...key, privateKey })));
      return key;
    });
  }

  /** A key that can sign. @throws AppError NOT_FOUND, ENV_SECRETS_LOCKED, ENV_DATA_CORRUPT. */
  async signingKey(keyId: string): Promise<SigningKey> {
    const key = await this.#read(PREFIX + keyId);
    if (key === undefined) throw new AppError("NOT_FOUND", "There is no such key in this keyring; nothing was signed.");
    const privateKey = createPrivateKey({ key: Buffer.from(key.privateKey, "base64"), format: "der", type: "pkcs8" });
    const { label, publicKey } = key;
    return { keyId: key.keyId, label, publicKey, use: "operator", sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)) };
  }

  async #read(name: string): Promise<z.infer<typeof stored> | undefined> {
    const value = await this.#secrets.read(name);
    if (value === undefined) return undefined;
    try {
      return stored.parse(JSON.parse(Buffer.from(value).toString("utf8")));
    } catch {
      // Without its cause, which could quote the key.
      throw new AppError(
        "ENV_DATA_CORRUPT",
        `The operator key ${name.slice(PREFIX.length, PREFIX.length + 12)} in the keyring is damaged; nothing was signed.`,
      );
    }
  }
}
