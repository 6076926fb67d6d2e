import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import type { Signer, SigningRole } from "#main/control-plane/ports/signer.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const ROLE = /^[a-z0-9][a-z0-9.-]{0,140}$/;
const makeKeyPair = promisify(generateKeyPair);
const RAW_KEY_BYTES = 32;

/**
 * Server-held keys: one Ed25519 key per role as PKCS #8 in the data folder, readable by its owner only. It protects
 * against a network attacker and a tampering host, not against whoever steals the control plane's disk; the screen
 * says so by naming the mode.
 */
export class FileSigner implements Signer {
  readonly #folder: string;
  readonly #fs: NodeFs;
  readonly #keys = new Map<SigningRole, Promise<KeyObject>>();

  constructor(folder: string, fs: NodeFs = nodeFs) {
    this.#folder = folder;
    this.#fs = fs;
  }

  /** See Signer.publicKey. */
  async publicKey(role: SigningRole): Promise<Uint8Array> {
    const spki = createPublicKey(await this.#key(role)).export({ format: "der", type: "spki" });
    return new Uint8Array(spki.subarray(-RAW_KEY_BYTES));
  }

  /** See Signer.sign. */
  async sign(role: SigningRole, bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(sign(null, bytes, await this.#key(role)));
  }

  /** See Signer.holds. */
  async holds(role: SigningRole): Promise<boolean> {
    return this.#fs.stat(this.#path(role)).then(
      () => true,
      (thrown: unknown) => {
        if (isNotFound(thrown)) return false;
        throw thrown;
      },
    );
  }

  /** See Signer.forget. */
  async forget(role: SigningRole): Promise<void> {
    this.#keys.delete(role);
    await this.#fs.rm(this.#path(role), { force: true });
  }

  #path(role: SigningRole): string {
    if (!ROLE.test(role)) throw new AppError("INPUT_INVALID", "This is not the name of a signing role; nothing was signed.");
    return join(this.#folder, `${role}.pem`);
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

  async #load(role: SigningRole): Promise<KeyObject> {
    const path = this.#path(role);
    const pem = await this.#fs.readFile(path, "utf8").catch((thrown: unknown) => {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    });
    return pem === undefined ? this.#create(path) : this.#parse(path, pem);
  }

  async #create(path: string): Promise<KeyObject> {
    await this.#fs.mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { privateKey } = await makeKeyPair("ed25519");
    await writeFileAtomic(path, privateKey.export({ format: "pem", type: "pkcs8" }), 0o600, this.#fs);
    return privateKey;
  }

  async #parse(path: string, pem: string): Promise<KeyObject> {
    try {
      const key = createPrivateKey(pem);
      if (key.asymmetricKeyType !== "ed25519") throw new TypeError("not an Ed25519 key");
      // A copy or a restore may have widened the mode.
      await this.#fs.chmod(path, 0o600);
      return key;
    } catch (cause) {
      throw new AppError("ENV_DATA_CORRUPT", `The signing key at ${path} is damaged; nothing was signed.`, { cause });
    }
  }
}
