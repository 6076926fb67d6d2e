import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { HeldKeys, SigningRole } from "#main/control-plane/ports/signer.ts";
import { signingSecretName, type SigningFolder } from "./signing-secret-name.ts";

const makeKeyPair = promisify(generateKeyPair);
const RAW_KEY_BYTES = 32;

/** One Ed25519 key per role, as PKCS #8 in a folder of the secret store. */
export class StoredKeys implements HeldKeys {
  readonly #secrets: SecretStore;
  readonly #folder: SigningFolder;
  readonly #keys = new Map<SigningRole, Promise<KeyObject>>();

  constructor(secrets: SecretStore, folder: SigningFolder) {
    this.#secrets = secrets;
    this.#folder = folder;
  }

  /** See HeldKeys.publicKey. */
  async publicKey(role: SigningRole): Promise<Uint8Array> {
    const spki = createPublicKey(await this.#key(role)).export({ format: "der", type: "spki" });
    return new Uint8Array(spki.subarray(-RAW_KEY_BYTES));
  }

  /** See HeldKeys.sign. */
  async sign(role: SigningRole, bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(sign(null, bytes, await this.#key(role)));
  }

  /** See HeldKeys.holds. */
  async holds(role: SigningRole): Promise<boolean> {
    const name = this.#name(role);
    return (await this.#secrets.names(name)).includes(name);
  }

  /** See HeldKeys.forget. */
  async forget(role: SigningRole): Promise<void> {
    const name = this.#name(role);
    // A key that is being made is written before it is removed, and is no longer used afterwards.
    await this.#keys.get(role)?.catch(() => undefined);
    this.#keys.delete(role);
    await this.#secrets.remove(name);
  }

  /** Puts the key that `from` holds in the place of the role's own, whole or not at all. @throws AppError NOT_FOUND, ENV_DATA_CORRUPT. */
  async replaceFrom(from: SigningFolder, role: SigningRole): Promise<void> {
    const stored = await this.#secrets.read(signingSecretName(role, from));
    if (stored === undefined) throw new AppError("NOT_FOUND", `No key is prepared for the role ${role}; its present key stays.`);
    const key = parse(role, stored);
    await this.#keys.get(role)?.catch(() => undefined);
    await this.#secrets.write(this.#name(role), stored);
    this.#keys.set(role, Promise.resolve(key));
  }

  /** One load per role, so that two first uses at once cannot make two keys. A failed load is tried again next time. */
  #key(role: SigningRole): Promise<KeyObject> {
    const known = this.#keys.get(role);
    if (known !== undefined) return known;
    const loading = this.#load(role);
    this.#keys.set(role, loading);
    loading.catch(() => this.#keys.delete(role));
    return loading;
  }

  #name(role: SigningRole): string {
    return signingSecretName(role, this.#folder);
  }

  async #load(role: SigningRole): Promise<KeyObject> {
    const name = this.#name(role);
    const stored = await this.#secrets.read(name);
    return stored === undefined ? this.#create(name) : parse(role, stored);
  }

  async #create(name: string): Promise<KeyObject> {
    const { privateKey } = await makeKeyPair("ed25519");
    await this.#secrets.write(name, privateKey.export({ format: "der", type: "pkcs8" }));
    return privateKey;
  }
}

function parse(role: SigningRole, stored: Uint8Array): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(stored), format: "der", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Without its cause, which could quote the key.
  }
  throw new AppError("ENV_DATA_CORRUPT", `The signing key of the role ${role} is damaged; nothing was signed.`);
}
