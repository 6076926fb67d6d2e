import { hash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { writeFileAtomic } from "./atomic-write.ts";
import { isNotFound, toDiskError } from "./disk-error.ts";

const CHECK_LENGTH = 16;

function encodeLine(text: string): string {
  return `${hash("sha256", text).slice(0, CHECK_LENGTH)} ${text}\n`;
}

function decodeLine(line: string): string | undefined {
  const text = line.slice(CHECK_LENGTH + 1);
  return encodeLine(text) === `${line}\n` ? text : undefined;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isNotFound(thrown)) return "";
    throw thrown;
  }
}

/**
 * A file of lines that only grows, for records that are cheap to add durably: one write and one fdatasync each. Every
 * line carries a check, so that a line torn by a kill, or damaged since, is left out when the log is read.
 *
 * INVARIANTS: appends are serial and in the order of the calls; a text holds no line break; `replace` waits for the
 * appends before it and holds back those after it.
 */
export class AppendLog {
  readonly #path: string;
  #file: FileHandle;
  #work: Promise<void> = Promise.resolve();
  #sizeBytes: number;

  private constructor(path: string, file: FileHandle, sizeBytes: number) {
    this.#path = path;
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** Opens or makes the log. `lines` are the whole ones in their order; `damaged` counts those that were left out. */
  static async open(path: string): Promise<{ readonly log: AppendLog; readonly lines: readonly string[]; readonly damaged: number }> {
    const raw = (await readText(path)).split("\n").filter((line) => line !== "");
    const lines = raw.map(decodeLine).filter((text) => text !== undefined);
    const damaged = raw.length - lines.length;
    const content = lines.map(encodeLine).join("");
    // Appending behind a torn line would tear the next one too.
    if (damaged > 0) await writeFileAtomic(path, content, 0o600);
    return { log: new AppendLog(path, await open(path, "a", 0o600), Buffer.byteLength(content)), lines, damaged };
  }

  /** Bytes in the file. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * Adds a line, or several at once. Resolves when they would survive a power cut, or, for what may be lost, when they are
   * written.
   *
   * @throws AppError ENV_DISK_FULL when there is no room.
   */
  append(texts: string | readonly string[], durability: "durable" | "lossy" = "durable"): Promise<void> {
    return this.#enqueue(async () => {
      const lines = [texts].flat().map(encodeLine).join("");
      try {
        await this.#file.write(lines);
        if (durability === "durable") await this.#file.datasync();
      } catch (thrown) {
        throw toDiskError(thrown, this.#path);
      }
      this.#sizeBytes += Buffer.byteLength(lines);
    });
  }

  /** Puts other lines in place of all, atomically and durably. */
  replace(lines: () => readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      const content = lines().map(encodeLine).join("");
      await writeFileAtomic(this.#path, content, 0o600);
      const old = this.#file;
      this.#file = await open(this.#path, "a", 0o600);
      await old.close();
      this.#sizeBytes = Buffer.byteLength(content);
    });
  }

  /** Waits for what was begun and closes the file. */
  async close(): Promise<void> {
    await this.#enqueue(() => this.#file.close());
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => undefined);
    return done;
  }
}
