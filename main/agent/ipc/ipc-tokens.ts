import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isNotFound } from "#main/node/disk-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";

const SECRET_BYTES = 32;
const releaseName = z.uuid();

/**
 * The tokens of one application: one a release, so that the agent knows which version speaks while two run side by side.
 * A token is the release's id and a keyed digest of it; the key never leaves the agent, and lives as long as the
 * application does on this host, since its processes may outlive the agent.
 */
export class IpcTokens {
  readonly #folder: string;
  readonly #key: Buffer;

  private constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  /** Opens the key below the application's folder, made on first use. A damaged one is made anew: old tokens end then. */
  static async open(applicationFolder: string): Promise<IpcTokens> {
    const path = join(applicationFolder, "ipc.key");
    const kept = await readFile(path).catch((thrown: unknown) => {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    });
    const key = kept?.length === SECRET_BYTES ? kept : randomBytes(SECRET_BYTES);
    if (key !== kept) await writeFileAtomic(path, key, 0o600);
    return new IpcTokens(join(applicationFolder, "tokens"), key);
  }

  /** Writes the token of a release into a file for its processes alone, and removes those of releases that are gone; the path. */
  async write(releaseId: string, kept: readonly string[]): Promise<string> {
    const path = join(this.#folder, releaseName.parse(releaseId));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const gone = (await readdir(this.#folder)).filter((name) => name !== releaseId && !kept.includes(name));
    await Promise.all(gone.map((name) => rm(join(this.#folder, name), { force: true })));
    await writeFileAtomic(path, `${this.#of(releaseId)}\n`, 0o600);
    return path;
  }

  /** The release whose token this is; undefined for anything else. */
  releaseOf(token: string): string | undefined {
    const releaseId = releaseName.safeParse(token.slice(0, token.indexOf("."))).data;
    if (releaseId === undefined) return undefined;
    const [given, expected] = [Buffer.from(token), Buffer.from(this.#of(releaseId))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? releaseId : undefined;
  }

  #of(releaseId: string): string {
    return `${releaseId}.${createHmac("sha256", this.#key).update(releaseId).digest("base64url")}`;
  }
}
