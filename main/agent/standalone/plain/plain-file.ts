import type { SourceOffer, SourceTransfer } from "../release-source.ts";

/** A file that a project publishes without a manifest, as it lies there now. */
export type PlainFile = {
  /** Another one when the file is another one. */
  readonly fingerprint: string;
  readonly name: string;
  /** By its tag; undefined where only its bytes tell versions apart. */
  readonly version: string | undefined;
  /** Exact. */
  readonly sizeBytes: number;
  /** What its place says that it is; absent where it says nothing. */
  readonly sha256?: string;
  /** Makes one try to bring it here on top of what has arrived; whether it is whole. */
  readonly bring: (transfer: SourceTransfer) => Promise<boolean>;
  /** Reads a small document that lies beside it; undefined when there is none of that name. */
  readonly beside: (name: string, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;
};

/** Where plain files come from: a place with a version per tag, or one that holds a single file. */
export type PlainOrigin = {
  readonly place: string;
  readonly news: (intervalMs: number, signal: AbortSignal) => Promise<void>;
} & (
  | {
      readonly kind: "tagged";
      readonly look: (signal: AbortSignal) => Promise<SourceOffer>;
      readonly file: (version: string, signal: AbortSignal) => Promise<PlainFile>;
    }
  | { readonly kind: "single"; readonly file: (signal: AbortSignal) => Promise<PlainFile> }
);
