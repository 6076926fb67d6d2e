import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";

const versioned = z.object({ signed: z.object({ version: z.int().min(1) }) });

/**
 * The metadata that this host has accepted, one file a role: its memory of how far trust has come (TUF specification,
 * section 5: every accepted file is persisted before the next is asked for).
 *
 * Each file is replaced whole, and durable when `keep` resolves. A kill between two files leaves some of the new state
 * and some of the old; the next refresh starts from the newer of what is there, so that it never goes back.
 */
export class KeptMetadata {
  readonly #folder: string;
  readonly #fs: NodeFs;

  constructor(folder: string, fs: NodeFs = nodeFs) {
    this.#folder = folder;
    this.#fs = fs;
  }

  /** The accepted bytes of a role; undefined when there are none. */
  async read(role: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#path(role));
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  /** The version of a role that was accepted; undefined when none was, or what is there cannot be read any more. */
  async version(role: string): Promise<number | undefined> {
    const bytes = await this.read(role);
    try {
      return bytes && versioned.parse(JSON.parse(bytes.toString("utf8"))).signed.version;
    } catch {
      return undefined;
    }
  }

  /** Remembers what was accepted. */
  async keep(role: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    await writeFileAtomic(this.#path(role), bytes, 0o640, this.#fs);
  }

  #path(role: string): string {
    return join(this.#folder, `${encodeURIComponent(role)}.json`);
  }
}
