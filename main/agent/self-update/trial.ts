import { readFile, readlink, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { switchVersion } from "../install/program-versions.ts";
import type { InstallPaths } from "../install/install-paths.ts";
import { GIVEN_UP_FILE, TRIAL_FILE } from "./launcher-text.ts";

const LINE = /^(versions\/[0-9A-Za-z.+-]{1,100}) \d+$/;

/**
 * The time between the switch of the installed agent and its proof. While it lasts, the launcher counts starts and goes
 * back by itself; every change here is one durable file, so that a kill anywhere leaves one of the two versions.
 */
export class Trial {
  readonly #paths: InstallPaths;

  constructor(paths: InstallPaths) {
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

  /** The version has proven itself. */
  async pass(): Promise<void> {
    await this.#remove(TRIAL_FILE);
  }

  /** Gives the version on trial up from within: the next start is that of the one before. Nothing when none is on trial. */
  async giveUp(): Promise<void> {
    const before = await this.#before(TRIAL_FILE);
    if (before === undefined) return;
    await switchVersion(this.#paths, before.slice("versions/".length));
    await this.#remove(TRIAL_FILE);
  }

  /** Whether the launcher has gone back since the last time that this was asked. */
  async takeGivenUp(): Promise<boolean> {
    const isGivenUp = (await this.#before(GIVEN_UP_FILE)) !== undefined;
    if (isGivenUp) await this.#remove(GIVEN_UP_FILE);
    return isGivenUp;
  }

  async #before(name: string): Promise<string | undefined> {
    try {
      return LINE.exec((await readFile(this.#file(name), "utf8")).trimEnd())?.[1];
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async #remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
    await syncFolder(dirname(this.#file(name)));
  }

  #file(name: string): string {
    return join(this.#paths.library, name);
  }
}
