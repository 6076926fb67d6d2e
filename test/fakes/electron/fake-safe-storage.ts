import { createCipheriv, createDecipheriv, hash, randomBytes } from "node:crypto";

/** Electron's `safeStorage`, its asynchronous calls: really encrypts, under a key that the test can rotate. */
export class FakeSafeStorage {
  backend: "basic_text" | "gnome_libsecret" | "unknown" = "gnome_libsecret";
  isAvailable = true;
  /** Keys of the keyring, newest last; older ones still decrypt, and say so. */
  readonly #keys: Buffer[] = [hash("sha256", "a login", "buffer")];

  getSelectedStorageBackend(): "basic_text" | "gnome_libsecret" | "unknown" {
    return this.backend;
  }
  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.isAvailable);
  }
  async encryptStringAsync(plainText: string): Promise<Buffer> {
    if (!this.isAvailable) throw new Error("Error while encrypting the text provided to safeStorage.encryptStringAsync.");
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#keys.at(-1)!, nonce);
    const sealed = Buffer.concat([cipher.update(plainText, "utf8"), cipher.final()]);
    return Promise.resolve(Buffer.concat([Buffer.from([this.#keys.length - 1]), nonce, sealed, cipher.getAuthTag()]));
  }
  async decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const index = encrypted[0] ?? 255;
    const key = this.#keys[index];
    if (key === undefined || !this.isAvailable || encrypted.length < 29) throw new Error("Error while decrypting the ciphertext.");
    const cipher = createDecipheriv("aes-256-gcm", key, encrypted.subarray(1, 13));
    cipher.setAuthTag(encrypted.subarray(-16));
    const result = Buffer.concat([cipher.update(encrypted.subarray(13, -16)), cipher.final()]).toString("utf8");
    return Promise.resolve({ result, shouldReEncrypt: index !== this.#keys.length - 1 });
  }
  /** Plays a keyring that has a new key from now on. */
  rotate(): void {
    this.#keys.push(randomBytes(32));
  }
}
