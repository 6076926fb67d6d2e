import type { FoundReleaseDetailRow, FoundReleaseRow } from "#shared/contract/stores.ts";
import { platform } from "#shared/domain/artifact/platform.ts";
import { compareSemver, isSemver } from "#shared/lib/semver.ts";
import { releaseId as releaseIdSchema, type ApplicationId, type StoreId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { FoundRelease, FoundReleaseDetail } from "../ports/release-store.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { verifyBundles, type BundleVerdict } from "../release/sigstore/verify-bundles.ts";
import type { ReleaseStores } from "./release-stores.ts";

/** A release of a store that somebody looks at. */
export type FoundReference = { readonly storeId: StoreId; readonly applicationId: ApplicationId; readonly reference: string };

/** A found release with the verdict on what is attached to it. */
export type InspectedRelease = { readonly productId: string; readonly detail: FoundReleaseDetail; readonly verdict: BundleVerdict };

/** Looks into stores for releases, ours or others'. */
export class StoreBrowser {
  readonly #store: Store;
  readonly #stores: ReleaseStores;

  constructor(store: Store, stores: ReleaseStores) {
    this.#store = store;
    this.#stores = stores;
  }

  /** Newest version first, whatever order the store lists in; what is no version comes last. @throws AppError NOT_FOUND, and what the store says. */
  async discover(where: Omit<FoundReference, "reference">, signal: AbortSignal = new AbortController().signal): Promise<FoundReleaseRow[]> {
    const releaseStore = await this.#stores.open(where.storeId);
    const { productId } = await new ApplicationRepository(this.#store.read).require(where.applicationId);
    const found = await releaseStore.discover(productId, signal);
    const known = await this.#knownVersions(where.applicationId);
    return found.toSorted(byVersion).map((one) => toRow(one, known));
  }

  /** @throws AppError NOT_FOUND, and what the store says. */
  async inspect(at: FoundReference & { readonly publicKeys: readonly string[] }, signal?: AbortSignal): Promise<FoundReleaseDetailRow> {
    const { detail, verdict } = await this.read(at, signal);
    const known = await this.#knownVersions(at.applicationId);
    const files = detail.files.map(({ name, sizeBytes, sha256, platform: text }) => {
      const found = platform.safeParse(text).data;
      return { name, sizeBytes, ...(sha256 === undefined ? {} : { sha256 }), ...(found === undefined ? {} : { platform: found }) };
    });
    return { ...toRow(detail, known), notes: detail.notes, files, signature: toSignature(verdict) };
  }

  /** Reads a release in full and checks its signatures by these keys. @throws AppError NOT_FOUND, and what the store says. */
  async read(
    at: FoundReference & { readonly publicKeys: readonly string[] },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<InspectedRelease> {
    const releaseStore = await this.#stores.open(at.storeId);
    const { productId } = await new ApplicationRepository(this.#store.read).require(at.applicationId);
    const detail = await releaseStore.inspect(productId, at.reference, signal);
    const { bundles, subjectSha256 } = detail;
    const verdict = subjectSha256 === undefined ? ({ kind: "none" } as const) : await verifyBundles(bundles, subjectSha256, at.publicKeys);
    return { productId, detail, verdict };
  }

  async #knownVersions(applicationId: ApplicationId): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#store.read
      .selectFrom("releases")
      .select(["id", "version"])
      .where("applicationId", "=", applicationId)
      .execute();
    return new Map(rows.map((row) => [row.version, row.id]));
  }
}

function byVersion(left: FoundRelease, right: FoundRelease): number {
  if (left.version === undefined || right.version === undefined)
    return Number(left.version === undefined) - Number(right.version === undefined) || (left.reference < right.reference ? -1 : 1);
  return compareSemver(right.version, left.version);
}

function toRow(found: FoundRelease, known: ReadonlyMap<string, string>): FoundReleaseRow {
  const { reference, version, createdAt, isOurs } = found;
  const id = version === undefined ? undefined : known.get(version);
  return {
    reference,
    isOurs,
    ...(version !== undefined && isSemver(version) ? { version } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(id === undefined ? {} : { releaseId: releaseIdSchema.parse(id) }),
  };
}

function toSignature(verdict: BundleVerdict): FoundReleaseDetailRow["signature"] {
  switch (verdict.kind) {
    case "verified":
      return { state: "verified", keyId: verdict.keyId };
    case "invalid":
      return { state: "invalid", message: verdict.message };
    case "none":
    case "unknown-key":
      return { state: verdict.kind };
  }
}
