import { readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { switchVersion } from "../install/program-versions.ts";
import type { LibraryPaths } from "../install/install-paths.ts";
import { GIVEN_UP_FILE, TRIAL_FILE } from "./launcher-text.ts";

const LINE = /^(versions\/[0-9A-Za-z.+-]{1,100}) \d+$/;

/**
 * The time between the switch of the installed agent and its proof. While it lasts, the launcher counts starts and goes
 * back by itself; every change here is one durable file, so that a kill anywhere leaves one of the two versions.
 */
export class Trial {
  readonly #paths: LibraryPaths;

  constructor(paths: LibraryPaths) {
    this.#paths = paths;
  }

  /** Whether a version is on trial now. */
  async isOn(): Promise<boolean> {
    return (await this.#before(TRIAL_FILE)) !== undefined;
  }

  /** Puts a version of the library on trial in the place of the one that is current; the next start is its first. */
  async begin(name: string): Promise<void> {
    const before = await readlink(this.#paths.current);
    if (before === join("versions", name)) return;
    // The way back is durable before there is anything to go back from.
    await writeFileAtomic(this.#file(TRIAL_FILE), `${before} 0\n`, 0o644);
    await switchVersion(this.#paths, name);
  }

  /** The version that runs is no longer on trial, and that the launcher has gone back to it is known. */
  async pass(): Promise<void> {
    for (const name of [TRIAL_FILE, GIVEN_UP_FILE]) await rm(this.#file(name), { force: true });
    await syncFolder(this.#paths.library);
  }

  /** Gives up from within, for a version that was well here: the next start is that one's. */
  async goBack(name: string): Promise<void> {
    await switchVersion(this.#paths, name);
    await this.pass();
  }

  /** Whether the launcher has gone back from a version. */
  async isGivenUp(): Promise<boolean> {
    return (await this.#before(GIVEN_UP_FILE)) !== undefined;
  }

  async #before(name: string): Promise<string | undefined> {
    try {
      return LINE.exec((await readFile(this.#file(name), "utf8")).trimEnd())?.[1];
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  #file(name: string): string {
    return join(this.#paths.library, name);
  }
}
