import { createHash } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { onTestFinished } from "vitest";
import type { SigningRequest, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import type { Signer } from "#main/control-plane/ports/signer.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import type { PublishOrder } from "#main/control-plane/release/release-trust.ts";
import { openTrust, type OpenedTrust, type TrustParts } from "#main/control-plane/trust/open-trust.ts";
import type { TrustService } from "#main/control-plane/trust/service.ts";
import type { AccessVerdict } from "#main/server/http/access-verdict.ts";
import { trustMount } from "#main/server/http/trust-mount.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import type { TestOperator } from "#test/builders/an-operator.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { openTestStore } from "#test/builders/open-test-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

export const METADATA = "/agent/v1/trust/metadata";
export const TARGETS = "/agent/v1/trust/targets";
export const PRODUCT = "org.example.web";
/** Whoever asks in these tests. */
export const ASKER = { name: "user:ana", fleets: "all" } as const;

/** The wall clock alone, shifted: tuf-js judges expiry by the machine's clock, so metadata is made in its past. */
export function shiftedClock(): Clock & { byMs: number } {
  const clock = { byMs: 0, now: () => Date.now() + clock.byMs, monotonicMs: () => 0, after: () => () => undefined };
  return clock;
}

/** A control plane's trust over real files and a real database, served by a real HTTP server, with a way to stand in between. */
export class TrustFixture {
  readonly clock: Clock & { byMs: number };
  verdict: AccessVerdict = "allowed";
  /** Replaces the answer to a path, as somebody in the middle would. */
  readonly tampered = new Map<string, Uint8Array | string>();
  /** Paths that are answered as if nothing were there. */
  readonly hidden = new Set<string>();
  readonly folder: string;
  readonly files: TrustFiles;
  readonly blobs: BlobStore;
  readonly store: Store;
  readonly firstRoot: Uint8Array;
  opened: OpenedTrust;
  origin = "";

  private constructor(parts: Pick<TrustFixture, "folder" | "files" | "blobs" | "store" | "firstRoot" | "opened" | "clock">) {
    this.folder = parts.folder;
    this.files = parts.files;
    this.blobs = parts.blobs;
    this.store = parts.store;
    this.firstRoot = parts.firstRoot;
    this.opened = parts.opened;
    this.clock = parts.clock;
  }

  /** Opens a fresh control plane whose clock is `byMs` away from the machine's. */
  static async open(byMs = 0): Promise<TrustFixture> {
    const folder = await tempFolder();
    const clock = shiftedClock();
    clock.byMs = byMs;
    const store = await openTestStore(folder, clock);
    onTestFinished(() => store.close());
    const files = await openFsTrustFiles(join(folder, "trust"));
    const blobs = await openFsBlobStore(join(folder, "store"));
    const opened = await openTrust(await partsOf(folder, clock, store, files));
    const fixture = new TrustFixture({ folder, files, blobs, store, clock, opened, firstRoot: await opened.service.rootBytes(1) });
    fixture.origin = await httpServer((request, response) => void fixture.#answer(request, response));
    return fixture;
  }

  get trust(): TrustService {
    return this.opened.service;
  }

  /** The control plane's keys, as a process that starts now finds them. */
  signer(): Promise<Signer> {
    return openSigner(this.folder);
  }

  /** The keys as somebody holds them who copies the whole data folder now. */
  async stolenSigner(): Promise<Signer> {
    const loot = await tempFolder();
    await cp(this.folder, loot, { recursive: true });
    return openSigner(loot);
  }

  /** Starts trust again over the same files, or over parts that misbehave. */
  async reopen(parts: Partial<TrustParts> = {}): Promise<OpenedTrust> {
    return openTrust({ ...(await partsOf(this.folder, this.clock, this.store, this.files)), ...parts });
  }

  /** Stores a manifest and drafts its signing; answers its order and its bytes. */
  async draft(version: string, opened = this.opened, product = PRODUCT): Promise<PublishOrder> {
    const manifestBytes = Buffer.from(JSON.stringify({ product, version }));
    const { digests, sizeBytes } = await this.blobs.ingest(one(manifestBytes));
    const order = {
      actor: "user:ana",
      ...(await this.subject(version, product)),
      manifest: { path: `${product}/${version}.json`, sizeBytes, sha256: digests.sha256, sha512: digests.sha512 },
      manifestBytes,
      statement: Buffer.from(`statement of ${product} ${version}`),
    };
    await opened.releases.draftPublish(order);
    return order;
  }

  /** Stores a manifest, has it signed by whoever is given, and puts it in force; answers its bytes. */
  async publish(version: string, opened = this.opened, product = PRODUCT, signers: readonly TestOperator[] = []): Promise<Buffer> {
    const order = await this.draft(version, opened, product);
    await this.signAll(signers);
    await opened.releases.commitPublish(order.releaseId);
    return Buffer.from(order.manifestBytes);
  }

  async withdraw(version: string, product = PRODUCT): Promise<"done" | "waiting"> {
    return (await this.opened.releases.withdraw({ actor: "user:ana", ...(await this.subject(version, product)) })).state;
  }

  /** Asks for a change and has it signed. */
  async change(intent: TrustIntent, signers: readonly TestOperator[] = []): Promise<SigningRequest> {
    const request = await this.trust.prepare(ASKER, intent);
    await this.signAll(signers);
    return (await this.trust.listRequests()).find(({ id }) => id === request.id) ?? request;
  }

  /** Has the people sign whatever is open and asks for them; again, when one of two requests had to be drafted anew. */
  async signAll(signers: readonly TestOperator[]): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      const open = (await this.trust.listRequests()).filter(({ state }) => state === "open");
      for (const { id } of open.toReversed()) for (const signer of signers) await this.sign(id, signer);
    }
  }

  /** Has one person sign one request, if it still waits and asks for their key. */
  async sign(id: string, signer: TestOperator): Promise<SigningRequest | undefined> {
    const request = (await this.trust.listRequests()).find((one) => one.id === id);
    if (request?.state !== "open") return request;
    const signatures = signer.sign(await this.trust.exportRequest(id, "test"));
    return signatures.signatures.length === 0 ? request : this.trust.submit(ASKER, signatures);
  }

  /** Ids of an application and of one of its releases; the application is registered by the first call. */
  async subject(version: string, product = PRODUCT) {
    const id = applicationId.parse(uuidOf(product));
    const row = { id, productId: product, name: product, kind: "process" as const, description: "", createdAt: 1, revision: 1 };
    await this.store.write((unit) =>
      unit.db
        .insertInto("applications")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
    return { applicationId: id, productId: product, releaseId: releaseId.parse(uuidOf(`${product} ${version}`)), version };
  }

  /** A real TUF client that starts from the first root, or another, or goes on in `name`'s folder. */
  async client(name = "client", root = this.firstRoot): Promise<Updater> {
    const metadataDir = join(this.folder, name, "metadata");
    const targetDir = join(this.folder, name, "targets");
    await mkdir(metadataDir, { recursive: true });
    await mkdir(targetDir, { recursive: true });
    await writeFile(join(metadataDir, "root.json"), root, { flag: "wx" }).catch(() => undefined);
    return new Updater({
      metadataDir,
      metadataBaseUrl: this.origin + METADATA,
      targetDir,
      targetBaseUrl: this.origin + TARGETS,
      config: { fetchRetry: 0 },
    });
  }

  /** What a client that knows nothing newer than `name`'s folder verifies for a version; undefined when it is no target. */
  verified(version: string, name = "client", product = PRODUCT): Promise<string | undefined> {
    return this.verifiedTarget(`${product}/${version}.json`, name);
  }

  /** The same for any target. */
  async verifiedTarget(path: string, name = "client"): Promise<string | undefined> {
    const client = await this.client(name);
    const target = await client.getTargetInfo(path);
    return target === undefined ? undefined : readFile(await client.downloadTarget(target), "utf8");
  }

  #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.hidden.has(request.url ?? "")) {
      response.writeHead(404).end();
      return Promise.resolve();
    }
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

async function partsOf(folder: string, clock: Clock, store: Store, trustFiles: TrustFiles): Promise<TrustParts> {
  return { store, clock, ids: systemIds, logger: quietLogger(), signer: await openSigner(folder), trustFiles };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** The same text gives the same UUID. */
function uuidOf(text: string): string {
  const hex = sha256(Buffer.from(text));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** SHA-256 in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
