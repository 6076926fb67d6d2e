import { hash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const envelope = z.object({ sha256: z.string(), body: z.string().max(MAX_BYTES) });

/** What reading gave: the value, or that there never was one. `recovered` names the copy that was damaged. */
export type ReadDocument<T> = { readonly value: T | undefined; readonly recovered?: string };

type Copy<T> = { readonly is: "absent" } | { readonly is: "damaged" } | { readonly is: "whole"; readonly value: T };

const digest = (text: string): string => hash("sha256", text);
const twinOf = (path: string): string => path.replace(/(\.[^./]+)?$/, ".twin$1");

/**
 * One JSON document that survives a kill at any instant and the loss of either of its two copies.
 *
 * A write is atomic and durable in the first copy before the second is touched, so one of them is always whole, and the
 * first is never older. Each copy carries its own digest: a torn or edited one is found, not believed.
 *
 * INVARIANTS: writes of one document are serial and in the order of the calls; a burst is written once, with the last
 * value; `write` resolves when its value or a later one is durable.
 */
export class DurableDocument<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  readonly #mode: number;
  #writing: Promise<void> = Promise.resolve();
  #next: { readonly value: T; readonly done: Promise<void> } | undefined;

  constructor(path: string, schema: z.ZodType<T>, mode = 0o600) {
    this.#path = path;
    this.#schema = schema;
    this.#mode = mode;
  }

  /**
   * Reads the first copy, or its twin when that is damaged or gone; the damaged one is then written anew.
   *
   * @throws AppError ENV_DATA_CORRUPT when both are damaged; neither is touched.
   */
  async read(): Promise<ReadDocument<T>> {
    const first = await this.#readCopy(this.#path);
    if (first.is === "whole") return { value: first.value };
    const twin = await this.#readCopy(twinOf(this.#path));
    if (twin.is === "whole") {
      await this.write(twin.value);
      return { value: twin.value, recovered: this.#path };
    }
    if (first.is === "absent" && twin.is === "absent") return { value: undefined };
    throw new AppError("ENV_DATA_CORRUPT", `Both copies of ${this.#path} are damaged; neither was changed and nothing was started.`, {
      details: { path: this.#path },
    });
  }

  /** @throws AppError ENV_DISK_FULL when there is no room; the last durable value stands. */
  async write(value: T): Promise<void> {
    if (this.#next === undefined) {
      const done = this.#writing.catch(() => undefined).then(() => this.#writeNext());
      this.#next = { value, done };
      this.#writing = done;
      return done;
    }
    this.#next = { ...this.#next, value };
    return this.#next.done;
  }

  /** Forgets the document: the twin first, so that a kill in between leaves the newer copy. */
  async remove(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await rm(twinOf(this.#path), { force: true });
    await rm(this.#path, { force: true });
  }

  async #writeNext(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    if (next === undefined) return;
    const body = JSON.stringify(next.value);
    const text = JSON.stringify({ sha256: digest(body), body });
    await writeFileAtomic(this.#path, text, this.#mode);
    await writeFileAtomic(twinOf(this.#path), text, this.#mode);
  }

  async #readCopy(path: string): Promise<Copy<T>> {
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (thrown) {
      if (isNotFound(thrown)) return { is: "absent" };
      throw thrown;
    }
    try {
      const read = envelope.parse(JSON.parse(text));
      if (digest(read.body) !== read.sha256) return { is: "damaged" };
      const body: unknown = JSON.parse(read.body);
      return { is: "whole", value: this.#schema.parse(body) };
    } catch {
      return { is: "damaged" };
    }
  }
}
