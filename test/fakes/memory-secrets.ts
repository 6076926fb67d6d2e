import { requireSecret } from "#main/control-plane/ports/secret-name.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";

/** Secrets in memory, for tests that are about something else. Give the same `kept` twice to act a restart. */
export class MemorySecrets implements SecretStore {
  readonly protection = "Kept in memory by a test.";
  readonly #kept: Map<string, Uint8Array>;

  constructor(kept = new Map<string, Uint8Array>()) {
    this.#kept = kept;
  }
  async read(name: string): Promise<Uint8Array | undefined> {
    requireSecret(name);
    const value = this.#kept.get(name);
    return Promise.resolve(value === undefined ? undefined : new Uint8Array(value));
  }
  async write(name: string, value: Uint8Array): Promise<void> {
    requireSecret(name, value);
    await Promise.resolve();
    this.#kept.set(name, new Uint8Array(value));
  }
  async remove(name: string): Promise<void> {
    requireSecret(name);
    await Promise.resolve();
    this.#kept.delete(name);
  }
  names(prefix: string): Promise<readonly string[]> {
    return Promise.resolve([...this.#kept.keys()].filter((name) => name.startsWith(prefix)).sort());
  }
}
