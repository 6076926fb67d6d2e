import type { Store } from "./db/store.ts";
import { DeltaAdoption } from "./delta/delta-adoption.ts";
import { DeltaControl } from "./delta/delta-control.ts";
import { deltasHandlers } from "./delta/delta-handlers.ts";
import { DeltaPlanner } from "./delta/delta-planner.ts";
import { DeltaWorks } from "./delta/delta-works.ts";
import type { Tally } from "./metrics/tally.ts";
import { UnpackedEstimates } from "./delta/unpacked-estimates.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { DeltaMaker } from "./ports/delta-maker.ts";
import type { Logger } from "./ports/logger.ts";
import type { ArtifactSource } from "./publication/artifact-source.ts";
import type { DeltaPreparing } from "./publication/release-publishing.ts";

/** How deltas are made, as the settings have it now. */
export type DeltaRule = {
  /** From how many earlier releases; 0 makes none. */
  readonly bases: number;
  readonly limitMs: number;
  readonly memoryBytes: number;
  /** Whether they are made when nobody says. */
  readonly isDefault: boolean;
};

/** What deltas are made of. */
export type DeltasParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly artifacts: ArtifactSource;
  readonly deltaMaker: DeltaMaker;
  readonly deltaRule: () => DeltaRule;
  readonly tally: Tally;
};

/** Puts the making of deltas together, for the composition root. */
export function composeDeltas(parts: DeltasParts) {
  const { store, artifacts, deltaRule } = parts;
  const works = new DeltaWorks({ ...parts, maker: parts.deltaMaker, memoryBytes: () => deltaRule().memoryBytes });
  const planner = new DeltaPlanner(store, artifacts, () => deltaRule().bases);
  const preparing: DeltaPreparing = {
    plan: (releaseId) => planner.plan(releaseId),
    wake: (releaseId) => works.wake(releaseId),
    limitMs: () => deltaRule().limitMs,
    isDefault: deltaRule().isDefault,
  };
  const adoption = new DeltaAdoption(parts.blobs, parts.logger);
  const estimates = new UnpackedEstimates({ ...parts, maker: parts.deltaMaker, memoryBytes: () => deltaRule().memoryBytes });
  return { works, estimates, preparing, adoption, handlers: deltasHandlers(new DeltaControl(store, works)) };
}
