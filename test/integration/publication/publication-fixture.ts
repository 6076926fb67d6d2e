import { join } from "node:path";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { Adoption, AdoptionState } from "#shared/domain/adoption/adoption.ts";
import type { Publication, PublicationState } from "#shared/domain/publication/publication.ts";
import type { StoreEntry, StoreSecret } from "#shared/domain/store/store.ts";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import type { ControlPlanePorts } from "#main/control-plane/compose.ts";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";
import { ReleaseFixture } from "../release/release-fixture.ts";

/** Tries again at once, so that tests wait for nothing; gives up as late as the real one. */
export const HASTY = { baseMs: 2, capMs: 20, maxFailures: 12 } as const;

/** A store as a test sets it up, without the look at it first. */
export type TestStore = { readonly name: string; readonly settings: StoreSettingsInput; readonly secret?: StoreSecret };
type StoreSettingsInput = Parameters<ReleaseFixture["client"]["stores"]["create"]>[0]["settings"];

/** A release of a store that is to become a draft. */
export type WantedRelease = {
  readonly storeId: string;
  readonly publicKeys?: string[];
  readonly reference: string;
  readonly version: string;
  readonly files: { readonly name: string; readonly platform: string }[];
};

/** A control plane with one application, for tests of stores and of the way there. */
export class PublicationFixture {
  readonly releases: ReleaseFixture;
  readonly #ports: Partial<ControlPlanePorts>;

  readonly #blobs: BlobStore;

  private constructor(releases: ReleaseFixture, ports: Partial<ControlPlanePorts>, blobs: BlobStore) {
    this.#blobs = blobs;
    this.releases = releases;
    this.#ports = ports;
  }

  static async open(ports: Partial<ControlPlanePorts> = {}): Promise<PublicationFixture> {
    const all = { publicationRetry: HASTY, ...ports };
    const releases = await ReleaseFixture.open(all);
    return new PublicationFixture(releases, all, await openFsBlobStore(join(releases.folder, "store")));
  }

  get client(): ReleaseFixture["client"] {
    return this.releases.client;
  }

  restart(ports: Partial<ControlPlanePorts> = {}): Promise<void> {
    return this.releases.restart({ ...this.#ports, ...ports });
  }

  addStore(store: TestStore): Promise<StoreEntry> {
    return this.client.stores.create({ ...store, unchecked: true });
  }

  /** A draft with these files, by name, each for a platform of its own. */
  async draft(version: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<ReleaseRow> {
    const platforms = ["linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"] as const;
    const artifacts = [];
    for (const [index, [name, content]] of Object.entries(files).entries()) {
      const { id } = await this.releases.upload(content, name);
      artifacts.push({ uploadId: id, platform: platforms[index] ?? "any" });
    }
    return this.client.releases.create({ applicationId: this.releases.applicationId, version, runSpec: {}, artifacts });
  }

  /** The publication of a release to a store, as it is now. */
  async publicationOf(releaseId: string, storeId: string): Promise<Publication> {
    const found = (await this.client.publications.list({ releaseId })).find((one) => one.storeId === storeId);
    if (found === undefined) throw new Error("There is no such publication.");
    return found;
  }

  /** Waits until a publication is in one of these states; asks again whenever something was committed. */
  reached(releaseId: string, storeId: string, ...states: readonly PublicationState[]): Promise<Publication> {
    return this.until(async () => {
      const found = await this.publicationOf(releaseId, storeId);
      return states.includes(found.state) ? found : undefined;
    });
  }

  /** Waits until a release is published. */
  published(releaseId: string): Promise<ReleaseRow> {
    return this.until(async () => {
      const row = await this.client.releases.get({ releaseId });
      return row.state === "published" ? row : undefined;
    });
  }

  /** Begins to bring one release in. */
  beginAdoption({ storeId, publicKeys = [], ...release }: WantedRelease): Promise<Adoption> {
    return this.client.adoptions.create({ storeId, applicationId: this.releases.applicationId, publicKeys, releases: [release] });
  }

  /** Waits until an adoption is in one of these states. */
  adoption(adoptionId: string, ...states: readonly AdoptionState[]): Promise<Adoption> {
    return this.until(async () => {
      const found = await this.client.adoptions.get({ adoptionId });
      return states.includes(found.state) ? found : undefined;
    });
  }

  /** Brings one release in, and answers its draft. */
  async adopt(wanted: WantedRelease): Promise<ReleaseRow> {
    const { id } = await this.beginAdoption(wanted);
    const { state, message, releases } = await this.adoption(id, "completed", "failed");
    if (state === "failed") throw new Error(`${message} ${releases[0]?.error?.message}`);
    return this.client.releases.get({ releaseId: releases[0]!.releaseId! });
  }

  /** The local store's blobs. */
  get blobs(): BlobStore {
    return this.#blobs;
  }

  /** Waits until something is there; asks again whenever something was committed. */
  async until<T>(find: () => Promise<T | undefined>): Promise<T> {
    let wake = (): void => undefined;
    const forget = this.releases.plane.store.onCommitted(() => wake());
    try {
      for (;;) {
        const committed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const found = await find();
        if (found !== undefined) return found;
        await committed;
      }
    } finally {
      forget();
    }
  }
}
