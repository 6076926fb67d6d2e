import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { stampPath } from "#main/node/archive/verify-tree.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { DurableDocument } from "../state/durable-document.ts";
import { lookTwice } from "./look-twice.ts";
import type { SlotFiles } from "./slot-files.ts";
import { keepSeal, readSeal, type SlotSeal } from "./slot-seal.ts";

/** A version that is one file, named by its digest. */
export class PlainSlot implements SlotFiles {
  readonly artifactPath: string;
  readonly #sha256: string;
  readonly #seal: DurableDocument<SlotSeal>;

  constructor(artifactPath: string, sha256: string, seal: DurableDocument<SlotSeal>) {
    this.artifactPath = artifactPath;
    this.#sha256 = sha256;
    this.#seal = seal;
  }

  get folder(): string {
    return dirname(this.artifactPath);
  }

  async isHere(): Promise<boolean> {
    return stat(this.artifactPath).then(
      (found) => found.isFile(),
      (thrown: unknown) => !isNotFound(thrown),
    );
  }

  isIntact(): Promise<boolean> {
    return lookTwice(() => this.#isAsNamed());
  }

  async #isAsNamed(): Promise<boolean> {
    // Before the reading: what is written meanwhile changes the next stamp.
    const stamp = await stampPath(this.artifactPath);
    if ((await sha256OfFile(this.artifactPath)) !== this.#sha256) return false;
    if ((await readSeal(this.#seal))?.stamp !== stamp) await keepSeal(this.#seal, { schema: 1, stamp });
    return true;
  }

  async isUnchanged(): Promise<boolean> {
    // One look that failed is no loss yet: reading it all decides.
    const stamp = await stampPath(this.artifactPath).catch(() => undefined);
    return (stamp !== undefined && (await readSeal(this.#seal))?.stamp === stamp) || this.isIntact();
  }

  async sizeBytes(): Promise<number> {
    return stat(this.artifactPath).then(
      ({ size }) => size,
      () => 0,
    );
  }
}
