import { hash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PreviousUpload, UrlStorage } from "tus-js-client";
import { z } from "zod";
import { writeFileAtomic } from "#main/node/atomic-write.ts";

const entry = z.object({
  size: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  creationTime: z.string(),
  uploadUrl: z.string().max(500),
});

/**
 * Where uploads that were begun stand, so that another run of the program goes on with them: one small file for each,
 * named by what is sent and where to, replaced atomically. A file that cannot be read is an upload that begins anew.
 */
export class UploadJournal implements UrlStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Not needed: an upload is only ever looked for by its own name. */
  findAllUploads(): Promise<PreviousUpload[]> {
    return Promise.resolve([]);
  }

  async findUploadsByFingerprint(fingerprint: string): Promise<PreviousUpload[]> {
    const path = this.#path(fingerprint);
    try {
      return [{ ...entry.parse(JSON.parse(await readFile(path, "utf8"))), urlStorageKey: path, parallelUploadUrls: null }];
    } catch {
      return [];
    }
  }

  /** @returns the key for {@link UploadJournal.removeUpload}. */
  async addUpload(fingerprint: string, { size, metadata, creationTime, uploadUrl }: PreviousUpload): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(fingerprint);
    await writeFileAtomic(path, JSON.stringify({ size, metadata, creationTime, uploadUrl }), 0o600);
    return path;
  }

  async removeUpload(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  #path(fingerprint: string): string {
    return join(this.#folder, `${hash("sha256", fingerprint)}.json`);
  }
}
