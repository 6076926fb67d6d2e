import type { NamedDelta } from "#shared/domain/release/tree-delta.ts";
import type { SignedArtifact } from "../trust/check-manifest.ts";
import type { Hop, NamedFile } from "./choose-way-to-bytes.ts";

/** One delta that has come, and what it is applied to. */
export type GroundStep = {
  readonly hop: Hop;
  /** The hop after it, which names what this one makes; undefined for the last. */
  readonly next: Hop | undefined;
  readonly from: string;
  readonly to: string;
  /** A name of its own for what is not whole yet. */
  readonly making: string;
  readonly signal: AbortSignal;
  /** Runs when the result is whole and durable, and before it has its name. */
  readonly beforeVisible: () => Promise<void>;
};

/** What deltas lead between on this host: files, or what archives unpacked to. */
export type DeltaGround = {
  /** Digests of released files that this host keeps in this form. */
  readonly kept: () => Promise<Set<string>>;
  /** The signed deltas of this form that lead to an artifact. */
  readonly deltasOf: (artifact: SignedArtifact) => readonly NamedDelta[];
  /** Where the target lies whole, in a kept version or made before; undefined when nowhere. */
  readonly findTarget: () => Promise<string | undefined>;
  /** Where that lies which a delta starts from, as whole as this form tells without applying; undefined when nowhere. */
  readonly findStart: (delta: NamedDelta) => Promise<string | undefined>;
  /** Where the target is made. */
  readonly goal: string;
  /** Where something between two deltas is made. */
  readonly between: (sha256: string) => string;
  /** Whether it has been made there, which it is whole or not at all. */
  readonly isMade: (path: string, file: NamedFile) => Promise<boolean>;
  /** Applies one delta, and gives the result its name. */
  readonly apply: (step: GroundStep) => Promise<void>;
};
