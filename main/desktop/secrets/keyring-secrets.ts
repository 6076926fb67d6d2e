import { dirname } from "node:path";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { MAX_SECRETS, requireSecret } from "#main/control-plane/ports/secret-name.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { Keyring } from "./keyring.ts";
import { EMPTY_KEYRING_DOCUMENT, parseKeyringDocument, type KeyringDocument } from "./keyring-document.ts";

/** The name is sealed with the value: a value under another name does not open. */
const sealedText = z.tuple([z.string(), z.base64()]);

/**
 * Secrets in one file of the data folder, each sealed by the keyring of the machine's user. The file is read when it is
 * first needed, and replaced whole with every change; values are opened when they are asked for, and not kept.
 */
export class KeyringSecrets implements SecretStore {
  readonly protection = "Encrypted by your system's keyring: whoever copies the data folder reads no secret without your login.";
  readonly #path: string;
  readonly #keyring: Keyring;
  readonly #fs: NodeFs;
  readonly #turns = new OneAtATime();
  #document: KeyringDocument | undefined;

  constructor(path: string, keyring: Keyring, fs: NodeFs = nodeFs) {
    this.#path = path;
    this.#keyring = keyring;
    this.#fs = fs;
  }

  /** Whether secrets can be kept at all. @throws AppError ENV_SECRETS_LOCKED, ENV_DATA_CORRUPT. */
  async open(): Promise<void> {
    await this.#keyring.require();
    await this.#turns.run(() => this.#read());
  }

  /** See SecretStore.read. */
  async read(name: string): Promise<Uint8Array | undefined> {
    requireSecret(name);
    await this.#keyring.require();
    return this.#turns.run(async () => {
      const { secrets } = await this.#read();
      const sealed = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      return sealed === undefined ? undefined : this.#unseal(name, sealed);
    });
  }

  /** See SecretStore.write. */
  async write(name: string, value: Uint8Array): Promise<void> {
    requireSecret(name, value);
    await this.#keyring.require();
    await this.#turns.run(() => this.#put(name, value));
  }

  /** See SecretStore.remove. */
  async remove(name: string): Promise<void> {
    requireSecret(name);
    await this.#turns.run(() => this.#change((secrets) => secrets.delete(name)));
  }

  /** See SecretStore.names. */
  async names(prefix: string): Promise<readonly string[]> {
    const { secrets } = await this.#turns.run(() => this.#read());
    return Object.keys(secrets)
      .filter((name) => name.startsWith(prefix))
      .sort();
  }

  async #put(name: string, value: Uint8Array): Promise<void> {
    const sealed = await this.#seal(name, value);
    await this.#change((secrets) => secrets.set(name, sealed));
  }

  async #seal(name: string, value: Uint8Array): Promise<string> {
    const text = JSON.stringify([name, Buffer.from(value).toString("base64")] satisfies z.infer<typeof sealedText>);
    return Buffer.from(await this.#keyring.seal(text)).toString("base64");
  }

  async #unseal(name: string, sealed: string): Promise<Uint8Array> {
    const opened = await this.#keyring.open(Buffer.from(sealed, "base64")).catch(() => undefined);
    const [sealedName, value] = opened === undefined ? [] : parseSealed(opened.text);
    if (opened === undefined || sealedName !== name || value === undefined) throw damaged(name, this.#path);
    const bytes = new Uint8Array(Buffer.from(value, "base64"));
    if (opened.isStale) await this.#put(name, bytes);
    return bytes;
  }

  async #read(): Promise<KeyringDocument> {
    this.#document ??= await this.#fs.readFile(this.#path, "utf8").then(
      (text) => parseKeyringDocument(text, this.#path),
      (thrown: unknown) => {
        if (isNotFound(thrown)) return EMPTY_KEYRING_DOCUMENT;
        throw thrown;
      },
    );
    return this.#document;
  }

  async #change(change: (secrets: Map<string, string>) => unknown): Promise<void> {
    const document = await this.#read();
    const secrets = new Map(Object.entries(document.secrets));
    change(secrets);
    if (secrets.size > MAX_SECRETS)
      throw new AppError("INPUT_INVALID", `There are ${MAX_SECRETS} secrets already; this one was not written.`);
    const changed = { ...document, secrets: Object.fromEntries(secrets) };
    await this.#fs.mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#path, `${JSON.stringify(changed, undefined, 1)}\n`, 0o600, this.#fs);
    this.#document = changed;
  }
}

function parseSealed(text: string): readonly [] | z.infer<typeof sealedText> {
  try {
    return sealedText.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

function damaged(name: string, path: string): AppError {
  return new AppError("ENV_DATA_CORRUPT", `The keyring does not open the secret ${name} in ${path}; nothing was done with it.`);
}
