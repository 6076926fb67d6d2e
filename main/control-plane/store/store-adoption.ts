import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, ReleaseId, UploadId } from "#shared/lib/ids.ts";
import type { DeltaToAdopt } from "../delta/delta-adoption.ts";
import type { FoundFile } from "../ports/release-store.ts";
import { adoptedRunSpec } from "./adopted-run-spec.ts";
import type { ReleaseStores } from "./release-stores.ts";
import type { FoundReference, InspectedRelease, StoreBrowser } from "./store-browser.ts";

/** Which found release becomes a draft, of which version, with which of its files. */
export type AdoptOrder = FoundReference & {
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly platform: Platform }[];
  readonly publicKeys: readonly string[];
};

/** A file that is fetched instead of sent. */
export type FetchOrder = {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
};

/** What adoption asks of intake and of drafts. */
export type AdoptionPorts = {
  /** Takes over what leads to the files of a draft; what cannot be had is left out. */
  readonly keepDeltas: (releaseId: ReleaseId, deltas: readonly DeltaToAdopt[]) => Promise<void>;
  /** Takes a file in as an upload, with progress; resolves when it is ready. */
  readonly fetchFile: (actor: string, order: FetchOrder) => Promise<Upload>;
  readonly createDraft: (
    actor: string,
    draft: {
      readonly applicationId: ApplicationId;
      readonly version: string;
      readonly notes: string;
      readonly runSpec: RunSpec;
      readonly artifacts: readonly { readonly uploadId: UploadId; readonly platform: Platform }[];
    },
  ) => Promise<ReleaseRow>;
};

/** Makes drafts of releases that lie in stores already, put there by us or by other tools. */
export class StoreAdoption {
  readonly #stores: ReleaseStores;
  readonly #browser: StoreBrowser;
  readonly #ports: AdoptionPorts;

  constructor(stores: ReleaseStores, browser: StoreBrowser, ports: AdoptionPorts) {
    this.#stores = stores;
    this.#browser = browser;
    this.#ports = ports;
  }

  /**
   * Fetches the files and makes a draft of them. With keys, one of them must have signed what is fetched; then a release of
   * ours brings its run spec along.
   *
   * @throws AppError NOT_FOUND for a file that is not there, TRUST_SIGNATURE_INVALID, CONFLICT_EXISTS for a version that
   * the application has, and what the store or intake say; no draft was made.
   */
  async adopt(actor: string, order: AdoptOrder, signal: AbortSignal = new AbortController().signal): Promise<ReleaseRow> {
    const inspected = await this.#browser.read(order, signal);
    const releaseStore = await this.#stores.open(order.storeId);
    const chosen = order.files.map(({ name, platform }) => ({ platform, file: requireFile(inspected, name) }));
    if (order.publicKeys.length > 0)
      requireSigned(
        inspected,
        chosen.map((one) => one.file),
      );
    const artifacts = [];
    for (const { platform, file } of chosen) {
      const open = () => releaseStore.open(file.location, undefined, signal);
      const { id } = await this.#ports.fetchFile(actor, { fileName: file.name, sizeBytes: file.sizeBytes, sha256: file.sha256, open });
      artifacts.push({ uploadId: id, platform });
    }
    const { applicationId, version } = order;
    const { notes, deltas } = inspected.detail;
    const draft = await this.#ports.createDraft(actor, { applicationId, version, notes, runSpec: adoptedRunSpec(inspected), artifacts });
    const adopted = new Set(draft.artifacts.map((one) => one.digests.sha256));
    await this.#ports.keepDeltas(
      draft.id,
      deltas
        .filter(({ artifactSha256 }) => adopted.has(artifactSha256))
        .map((one) => ({ ...one, open: () => releaseStore.open(one.location, undefined, signal) })),
    );
    return draft;
  }
}

function requireFile({ detail }: InspectedRelease, name: string): FoundFile {
  const file = detail.files.find((one) => one.name === name);
  if (file === undefined) throw new AppError("NOT_FOUND", `${detail.reference} has no file ${name}; nothing was adopted.`);
  return file;
}

/** The signed statement must name the release as a whole, or each file by itself. */
function requireSigned({ detail, verdict }: InspectedRelease, files: readonly FoundFile[]): void {
  const nothing = "nothing was adopted.";
  switch (verdict.kind) {
    case "none":
      throw new AppError("TRUST_SIGNATURE_INVALID", `${detail.reference} carries no signature; ${nothing}`);
    case "invalid":
      throw new AppError("TRUST_SIGNATURE_INVALID", `${verdict.message} Nothing was adopted.`);
    case "unknown-key":
      throw new AppError("TRUST_SIGNATURE_INVALID", `None of the given keys has signed ${detail.reference}; ${nothing}`);
    case "verified": {
      const unnamed = files.find((file) => file.sha256 === undefined);
      if (unnamed !== undefined) throw new AppError("TRUST_SIGNATURE_INVALID", `The store keeps no digest of ${unnamed.name}; ${nothing}`);
    }
  }
}
