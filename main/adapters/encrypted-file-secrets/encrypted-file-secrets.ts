import type { KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { MAX_SECRETS, requireSecret } from "#main/control-plane/ports/secret-name.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { SecretsDocument } from "./secrets-document.ts";
import { unseal, seal } from "./sealing.ts";
import { secretContext, writeSecretsDocument } from "./secrets-file.ts";

/** What an opened file of secrets is made of. */
export type OpenedSecrets = {
  readonly path: string;
  readonly document: SecretsDocument;
  readonly key: KeyObject;
  readonly protection: string;
  readonly fs: NodeFs;
};

/**
 * Secrets in one encrypted file. One file and not one per secret: every change, a change of the key included, is one
 * rename, so that a kill at any instant leaves the file of before or the file of after. Values are opened when they are
 * asked for, and not kept.
 */
export class EncryptedFileSecrets implements SecretStore {
  readonly protection: string;
  readonly #path: string;
  readonly #key: KeyObject;
  readonly #fs: NodeFs;
  readonly #writes = new OneAtATime();
  #document: SecretsDocument;

  constructor(opened: OpenedSecrets) {
    this.protection = opened.protection;
    this.#path = opened.path;
    this.#key = opened.key;
    this.#fs = opened.fs;
    this.#document = opened.document;
  }

  /** See SecretStore.read. */
  async read(name: string): Promise<Uint8Array | undefined> {
    requireSecret(name);
    const sealed = this.#sealed(name);
    if (sealed === undefined) return undefined;
    const value = unseal(this.#key, secretContext(name), Buffer.from(sealed, "base64"));
    if (value !== undefined) return new Uint8Array(value);
    throw new AppError("ENV_DATA_CORRUPT", `The secret ${name} in ${this.#path} is damaged; nothing was done with it.`);
  }

  /** See SecretStore.write. */
  async write(name: string, value: Uint8Array): Promise<void> {
    requireSecret(name, value);
    const sealed = seal(this.#key, secretContext(name), value).toString("base64");
    await this.#change((secrets) => secrets.set(name, sealed));
  }

  /** See SecretStore.remove. */
  async remove(name: string): Promise<void> {
    requireSecret(name);
    await this.#change((secrets) => secrets.delete(name));
  }

  /** See SecretStore.names. */
  names(prefix: string): Promise<readonly string[]> {
    const found = Object.keys(this.#document.secrets).filter((name) => name.startsWith(prefix));
    return Promise.resolve(found.sort());
  }

  #sealed(name: string): string | undefined {
    return Object.hasOwn(this.#document.secrets, name) ? this.#document.secrets[name] : undefined;
  }

  #change(change: (secrets: Map<string, string>) => unknown): Promise<void> {
    return this.#writes.run(async () => {
      const secrets = new Map(Object.entries(this.#document.secrets));
      change(secrets);
      if (secrets.size > MAX_SECRETS)
        throw new AppError("INPUT_INVALID", `There are ${MAX_SECRETS} secrets already; this one was not written.`);
      const changed = { ...this.#document, secrets: Object.fromEntries(secrets) };
      await writeSecretsDocument(this.#path, changed, this.#fs);
      this.#document = changed;
    });
  }
}
