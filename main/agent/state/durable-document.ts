import { hash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isDamage, isNotFound } from "#main/node/disk-error.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const envelope = z.object({ sha256: z.string(), body: z.string().max(MAX_BYTES) });

/** What reading gave: the value, or that there never was one. `recovered` names the copy that was damaged. */
export type ReadDocument<T> = { readonly value: T | undefined; readonly recovered?: string };

type Copy<T> = { readonly is: "absent" } | { readonly is: "damaged" } | { readonly is: "whole"; readonly value: T };

const digest = (text: string): string => hash("sha256", text);
const twinOf = (path: string): string => path.replace(/(\.[^./]+)?$/, ".twin$1");

/**
 * Reads a copy. One failed read is as often a bus that was reset as the disk; a disk that refuses twice has lost it, and
 * the twin is there for that.
 *
 * @throws what says nothing about the disk, such as too many open files.
 */
async function readTwice(path: string): Promise<"absent" | "damaged" | { readonly read: string }> {
  for (const isLast of [false, true]) {
    try {
      return { read: await readFile(path, "utf8") };
    } catch (thrown) {
      if (isNotFound(thrown)) return "absent";
      if (!isDamage(thrown)) throw thrown;
      if (isLast) break;
    }
  }
  return "damaged";
}

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
      // What is known does not get lost by a disk that takes no other copy of it now.
      await this.write(twin.value).catch(() => undefined);
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
    const text = await readTwice(path);
    if (text === "absent" || text === "damaged") return { is: text };
    try {
      const read = envelope.parse(JSON.parse(text.read));
      if (digest(read.body) !== read.sha256) return { is: "damaged" };
      const body: unknown = JSON.parse(read.body);
      return { is: "whole", value: this.#schema.parse(body) };
    } catch {
      return { is: "damaged" };
    }
  }
}
