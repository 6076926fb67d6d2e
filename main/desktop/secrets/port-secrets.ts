import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { requireSecret } from "#main/control-plane/ports/secret-name.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { CorePort } from "../host/core-port.ts";
import { secretsAnswer, type SecretsAnswer, type SecretsQuestion } from "./secrets-messages.ts";

type Result = Extract<SecretsAnswer, { ok: true }>["result"];
type Waiting = { readonly resolve: (result: Result) => void; readonly reject: (failure: AppError) => void };

/**
 * The desktop's secrets as its control plane's process sees them: every call goes to the main process, which alone can
 * ask the keyring. Ends with its port.
 */
export class PortSecrets implements SecretStore {
  readonly #port: CorePort;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #isClosed = false;
  #protection = "";

  constructor(port: CorePort) {
    this.#port = port;
    port.on("message", ({ data }) => this.#take(data));
    port.on("close", () => this.#end());
    port.start();
  }

  get protection(): string {
    return this.#protection;
  }

  /** Waits until the keyring is open; to be called before anything else. @throws AppError ENV_SECRETS_LOCKED, ENV_DATA_CORRUPT. */
  async open(): Promise<this> {
    const protection = await this.#ask({ op: "open" });
    this.#protection = typeof protection === "string" ? protection : "";
    return this;
  }

  /** See SecretStore.read. */
  async read(name: string): Promise<Uint8Array | undefined> {
    requireSecret(name);
    const value = await this.#ask({ op: "read", name });
    return value instanceof Uint8Array ? value : undefined;
  }

  /** See SecretStore.write. */
  async write(name: string, value: Uint8Array): Promise<void> {
    requireSecret(name, value);
    // A copy: what is sent may be a window of a larger buffer, which would travel whole.
    await this.#ask({ op: "write", name, value: new Uint8Array(value) });
  }

  /** See SecretStore.remove. */
  async remove(name: string): Promise<void> {
    requireSecret(name);
    await this.#ask({ op: "remove", name });
  }

  /** See SecretStore.names. */
  async names(prefix: string): Promise<readonly string[]> {
    const names = await this.#ask({ op: "names", prefix });
    return Array.isArray(names) ? names : [];
  }

  #ask(question: SecretsQuestion): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(gone());
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ ...question, id });
    });
  }

  #take(data: unknown): void {
    const parsed = secretsAnswer.safeParse(data);
    if (!parsed.success) return this.#port.close();
    const answer = parsed.data;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.result);
    else waiting?.reject(fromWire(answer));
  }

  #end(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
  }
}

function gone(): AppError {
  return new AppError("ENV_SECRETS_LOCKED", "The desktop that holds the secrets is gone; nothing was read or written.");
}
