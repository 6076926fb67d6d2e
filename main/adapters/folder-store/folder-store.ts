import { createReadStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { productId as productIdSchema } from "#shared/domain/release/release.ts";
import { fileName, semver } from "#shared/lib/scalars.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import type { ByteRange } from "#main/control-plane/ports/blob-store.ts";
import type {
  PlannedStep,
  PublicationContent,
  ReleaseStore,
  ShortLivedUrl,
  StepContext,
  StoredLocation,
} from "#main/control-plane/ports/release-store.ts";
import { inFolder } from "./folder-error.ts";
import { allFolderFiles, productFolder, versionFile, versionFolder } from "./folder-layout.ts";
import { FolderPublication } from "./folder-publication.ts";
import { discoverFolder, inspectFolder } from "./folder-discovery.ts";
import { FolderVersions } from "./folder-versions.ts";

const location = z.object({ productId: productIdSchema, version: semver, name: fileName });

/** A public address says nothing of an end; hosts ask again after this long. */
const URL_LIFE_MS = 3_600_000;

/**
 * Releases in a folder that any static web server can serve, Range included:
 *
 *     <product id>/index.json                 versions and channels; written last
 *     <product id>/<version>/<file>           the artifacts by their own names
 *     <product id>/<version>/SHA256SUMS, release.json, <key>.sigstore.json
 *
 * Nothing that another program put there is ever replaced.
 */
export class FolderStore implements ReleaseStore {
  readonly #root: string;
  readonly #publicUrl: string | undefined;
  readonly #versions: FolderVersions;

  constructor(root: string, publicUrl: string | undefined) {
    this.#root = root;
    this.#publicUrl = publicUrl;
    this.#versions = new FolderVersions(root);
  }

  async probe(): ReturnType<ReleaseStore["probe"]> {
    return inFolder(this.#root, async () => {
      if (!(await nodeFs.stat(this.#root)).isDirectory()) throw new AppError("STORE_NOT_FOUND", `${this.#root} is no folder.`);
      const trial = join(this.#root, ".rollcall-check");
      await writeFileAtomic(trial, "");
      await nodeFs.rm(trial, { force: true });
      const notes = this.#publicUrl === undefined ? [] : [`Served at ${this.#publicUrl}.`];
      return { canWrite: true, notes };
    });
  }

  plan(content: PublicationContent): readonly PlannedStep[] {
    const step = (id: string, phase: PlannedStep["phase"], title: string) => ({ id, phase, title, totalBytes: 0, needsSignature: false });
    const uploads = allFolderFiles(content.manifest).map((file) => ({
      ...step(`upload:${file.name}`, "upload", file.name),
      totalBytes: file.sizeBytes,
    }));
    return [
      step("check", "check", "Folder"),
      ...uploads,
      step("verify", "verify", "Read back"),
      step("describe", "describe", "Manifest and checksums"),
      { ...step("signatures", "describe", "Signatures"), needsSignature: true },
      { ...step("finish", "finish", "Index"), needsSignature: true },
    ];
  }

  run(step: PlannedStep, content: PublicationContent, context: StepContext): Promise<readonly StoredLocation[]> {
    return inFolder(this.#root, async () => {
      await nodeFs.stat(this.#root);
      return new FolderPublication(this.#root, this.#versions, content).run(step, context);
    });
  }

  abandon(content: PublicationContent): Promise<void> {
    return inFolder(this.#root, () => new FolderPublication(this.#root, this.#versions, content).abandon());
  }

  moveChannel(productId: string, channel: string, version: string): Promise<void> {
    return inFolder(this.#root, () => this.#versions.moveChannel(productId, channel, version));
  }

  withdraw(productId: string, version: string): ReturnType<ReleaseStore["withdraw"]> {
    return inFolder(this.#root, async () => {
      if (!(await this.#versions.remove(productId, version))) return { left: undefined };
      return { left: `Its files stay in ${versionFolder(this.#root, productId, version)}; delete them once nobody reads them.` };
    });
  }

  async open(at: unknown, range: ByteRange | undefined): Promise<AsyncIterable<Uint8Array>> {
    const { productId, version, name } = location.parse(at);
    const path = versionFile(versionFolder(this.#root, productId, version), name);
    await inFolder(path, () => this.#requireInside(path));
    return read(path, range);
  }

  shortLivedUrl(at: unknown): Promise<ShortLivedUrl | undefined> {
    if (this.#publicUrl === undefined) return Promise.resolve(undefined);
    const { productId, version, name } = location.parse(at);
    const path = [productId, version, name].map(encodeURIComponent).join("/");
    return Promise.resolve({ url: `${this.#publicUrl.replace(/\/+$/, "")}/${path}`, expiresAt: Date.now() + URL_LIFE_MS });
  }

  discover(productId: string): ReturnType<ReleaseStore["discover"]> {
    return inFolder(this.#root, () => discoverFolder(productFolder(this.#root, productId)));
  }

  inspect(productId: string, reference: string): ReturnType<ReleaseStore["inspect"]> {
    return inFolder(this.#root, () => inspectFolder(productFolder(this.#root, productId), productId, reference));
  }

  /** A link that somebody put into the folder must not lead us out of it. */
  async #requireInside(path: string): Promise<void> {
    const [real, root] = await Promise.all([realpath(path), realpath(this.#root)]);
    if (!real.startsWith(`${root}/`)) throw new AppError("STORE_CONFLICT", `${path} leads out of the folder; it was not read.`);
  }
}

async function* read(path: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const window = range === undefined ? {} : { start: range.first, end: range.last };
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, ...window })) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a byte stream yielded text");
    yield chunk;
  }
}
