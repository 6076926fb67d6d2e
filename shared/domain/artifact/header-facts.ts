import type { ArtifactFormat } from "./artifact.ts";
import type { Packing } from "./packing.ts";
import type { Platform } from "./platform.ts";

/** Machine names of the OCI image-spec that a platform may carry. */
export type Architecture = "amd64" | "arm64" | "arm" | "386" | "riscv64" | "ppc64le" | "s390x";

/** What the first bytes of a file say. Several platforms are those of a universal binary, the likeliest first. */
export type HeaderFacts = {
  readonly format: ArtifactFormat;
  /** What people call it; see `Inspection.kind`. */
  readonly kind?: string;
  readonly platforms: readonly Platform[];
  /** Its bytes are compressed: deltas are of no use. */
  readonly isPacked?: boolean;
  /** How, where that can be undone here. */
  readonly packing?: Packing;
  /** Sentences to the publisher. */
  readonly advice: readonly string[];
};
