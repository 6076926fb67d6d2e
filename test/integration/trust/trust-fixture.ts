import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import { openTrust } from "#main/control-plane/trust/open-trust.ts";
import type { TrustService } from "#main/control-plane/trust/service.ts";
import type { AccessVerdict } from "#main/server/http/access-verdict.ts";
import { trustMount } from "#main/server/http/trust-mount.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

export const METADATA = "/agent/v1/trust/metadata";
export const TARGETS = "/agent/v1/trust/targets";
export const PRODUCT = "org.example.web";

/** The wall clock alone, shifted: tuf-js judges expiry by the machine's clock, so metadata is made in its past. */
export function shiftedClock(): Clock & { byMs: number } {
  const clock = { byMs: 0, now: () => Date.now() + clock.byMs, monotonicMs: () => 0, after: () => () => undefined };
  return clock;
}

/** A control plane's trust over real files, served by a real HTTP server, with a way to stand in between. */
export class TrustFixture {
  readonly clock = shiftedClock();
  verdict: AccessVerdict = "allowed";
  /** Replaces the answer to a path, as somebody in the middle would. */
  readonly tampered = new Map<string, Uint8Array | string>();
  readonly folder: string;
  readonly files: TrustFiles;
  readonly blobs: BlobStore;
  trust: TrustService;
  origin = "";

  private constructor(folder: string, files: TrustFiles, blobs: BlobStore, trust: TrustService, clock: Clock & { byMs: number }) {
    this.folder = folder;
    this.files = files;
    this.blobs = blobs;
    this.trust = trust;
    this.clock = clock;
  }

  /** Opens a fresh control plane whose clock is `byMs` away from the machine's. */
  static async open(byMs = 0): Promise<TrustFixture> {
    const folder = await tempFolder();
    const clock = shiftedClock();
    clock.byMs = byMs;
    const files = await openFsTrustFiles(join(folder, "trust"));
    const trust = await openTrust(files, await openSigner(folder), clock);
    const fixture = new TrustFixture(folder, files, await openFsBlobStore(join(folder, "store")), trust, clock);
    fixture.origin = await httpServer((request, response) => void fixture.#answer(request, response));
    return fixture;
  }

  /** Starts trust again over the same files, or over files that misbehave. */
  async reopen(files: TrustFiles = this.files): Promise<TrustService> {
    return openTrust(files, await openSigner(this.folder), this.clock);
  }

  /** Stores a manifest and signs it; answers its bytes. */
  async publish(version: string, trust: TrustService = this.trust, product = PRODUCT): Promise<Buffer> {
    const bytes = Buffer.from(JSON.stringify({ product, version }));
    const { digests, sizeBytes } = await this.blobs.ingest(one(bytes));
    await trust.publish(product, { path: `${product}/${version}.json`, sizeBytes, sha256: digests.sha256, sha512: digests.sha512 });
    return bytes;
  }

  /** A real TUF client that starts from the first root, or goes on in `name`'s folder. */
  async client(name = "client"): Promise<Updater> {
    const metadataDir = join(this.folder, name, "metadata");
    const targetDir = join(this.folder, name, "targets");
    await mkdir(metadataDir, { recursive: true });
    await mkdir(targetDir, { recursive: true });
    await writeFile(join(metadataDir, "root.json"), this.trust.firstRoot, { flag: "wx" }).catch(() => undefined);
    return new Updater({
      metadataDir,
      metadataBaseUrl: this.origin + METADATA,
      targetDir,
      targetBaseUrl: this.origin + TARGETS,
      config: { fetchRetry: 0 },
    });
  }

  /** What a client that knows nothing newer than `name`'s folder verifies for a version; undefined when it is no target. */
  async verified(version: string, name = "client", product = PRODUCT): Promise<string | undefined> {
    const client = await this.client(name);
    const target = await client.getTargetInfo(`${product}/${version}.json`);
    return target === undefined ? undefined : readFile(await client.downloadTarget(target), "utf8");
  }

  #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const replaced = this.tampered.get(request.url ?? "");
    if (replaced !== undefined) {
      response.end(replaced);
      return Promise.resolve();
    }
    const mount = trustMount({
      trust: this.trust,
      blobs: this.blobs,
      authorise: () => Promise.resolve(this.verdict),
      logger: quietLogger(),
    });
    return mount(request, response);
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** SHA-256 in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
