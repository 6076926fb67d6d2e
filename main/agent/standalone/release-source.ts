import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { NamedFile } from "../bytes/choose-way-to-bytes.ts";
import type { TreeFetch } from "./release-tree.ts";

/** One version that a source has. `isPrerelease` is the source's own word, whatever the version looks like. */
export type OfferedVersion = { readonly version: string; readonly isPrerelease?: boolean };

/** What a source has, and where its channels point. */
export type SourceOffer = {
  readonly versions: readonly OfferedVersion[];
  readonly channels: Readonly<Record<string, string>>;
  /** Its one version is what lies there now: none is older or newer than another. */
  readonly isUnordered?: boolean;
};

/** Where the bytes of one file arrive. */
export type SourceTransfer = Pick<TreeFetch, "into" | "signal" | "onProgress" | "pace">;

/**
 * A product's releases, wherever they lie. What it says it has is a hint; what is installed stands in a manifest that it
 * has checked against whom the host trusts.
 */
export type ReleaseSource = {
  /** Where it lies, for people. Without secrets. */
  readonly place: string;
  /** What the last look found; undefined before the first. */
  readonly offer: SourceOffer | undefined;
  /** @throws AppError NOT_FOUND, INPUT_INVALID, RATE_LIMITED, REMOTE_*, STORE_*, ACCESS_*. */
  look(signal: AbortSignal): Promise<SourceOffer>;
  /**
   * The manifest of a version, checked.
   *
   * @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, NOT_FOUND, and as {@link look}.
   */
  manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest>;
  /** Makes one try to bring a file that such a manifest names, on top of what has arrived; whether it is whole. */
  fetch(file: NamedFile, transfer: SourceTransfer): Promise<boolean>;
  /** Resolves when there is news, or after `intervalMs`, or when the signal ends the wait. Never rejects. */
  news(intervalMs: number, signal: AbortSignal): Promise<void>;
};
