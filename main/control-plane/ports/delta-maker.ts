import type { Packing } from "#shared/domain/artifact/packing.ts";
import type { DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import type { DeltaKind } from "#shared/domain/release/tree-delta.ts";

/** A file that a delta starts from or makes. */
export type DeltaSide = {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Opens it from its beginning; called at most once. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
};

/** Digests of the trees that a delta leads from and to. */
export type DeltaTrees = { readonly from: string; readonly to: string };

/**
 * What came of a try. A made delta is a file of ours for the caller to take over before the workbench is closed.
 * `over-memory` was ended since it used more than it may; `failed` says why in a few words.
 */
export type DeltaOutcome =
  | {
      readonly kind: "made";
      readonly codec: DeltaKind;
      readonly path: string;
      readonly sizeBytes: number;
      /** Of one between trees: the digests of both, as they were unpacked for it. */
      readonly trees?: DeltaTrees | undefined;
      /** Of one between trees: how many files came which way. */
      readonly files?: Readonly<Record<"kept" | "again" | "delta" | "whole", number>> | undefined;
      /** What the new archive unpacks to, in bytes; of one between trees and of a measurement. */
      readonly unpackedBytes?: number | undefined;
    }
  | { readonly kind: "over-memory" }
  | { readonly kind: "failed"; readonly reason: string };

/** Both files of one delta, where the process that makes it finds them. */
export type DeltaWorkbench = {
  /**
   * Makes the delta, in a process of its own at low priority, one at a time in this program; resolves when that process
   * has ended. It ends with this program, however that ends.
   *
   * @param codec `tree` unpacks both files as hosts do, and leads between what they unpack to.
   * @param memoryBytes the process is ended when it uses more, its own program included.
   * @param onProgress hears how far it is, at most once for each hundredth of a stage.
   * @throws AppError CANCELLED once `signal` has ended.
   */
  make(codec: DeltaKind, memoryBytes: number, signal: AbortSignal, onProgress?: (progress: DeltaProgress) => void): Promise<DeltaOutcome>;
  /**
   * Measures how large a quick delta of the unpacked files would be, likewise in a process of its own; `path` leads nowhere.
   *
   * @throws AppError CANCELLED once `signal` has ended.
   */
  measureUnpacked(memoryBytes: number, signal: AbortSignal): Promise<DeltaOutcome>;
  /** Removes both files and everything that was made and not taken over. */
  close(): Promise<void>;
};

/** Makes deltas somewhere that cannot harm the control plane: they take gigabytes and minutes. Nothing it does is durable. */
export type DeltaMaker = {
  /** Memory that is free on this machine now, in bytes. */
  availableMemoryBytes(): number;
  /** Whether a packed file can be unpacked on this machine to be measured. */
  canUndo(packing: Packing): Promise<boolean>;
  /**
   * Fetches both files and checks them.
   * @throws AppError ARTIFACT_DIGEST_MISMATCH, ENV_DISK_FULL, CANCELLED, and what opening them failed with.
   */
  prepare(old: DeltaSide, fresh: DeltaSide, signal: AbortSignal): Promise<DeltaWorkbench>;
};
