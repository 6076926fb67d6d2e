import { PARALLEL_UPLOADS } from "#shared/domain/publication/next-steps.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { PlannedStep, PublicationContent, ReleaseStore } from "../ports/release-store.ts";
import type { PublicationParts } from "./publication-parts.ts";
import type { PublicationKey } from "./publication-key.ts";
import type { PublicationProgress } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";

/** One run of a publication: what its steps act on. */
export type StepSurroundings = {
  readonly key: PublicationKey;
  readonly releaseStore: ReleaseStore;
  readonly content: PublicationContent;
  readonly progress: PublicationProgress;
  /** What steps noted in earlier runs. */
  readonly notes: ReadonlyMap<string, Json>;
  readonly signal: AbortSignal;
};

/**
 * Runs steps that may go side by side, a few at a time. When one fails, no other begins; those that run go on to their
 * end, and then the first failure is thrown.
 */
export async function runSteps(parts: PublicationParts, steps: readonly PlannedStep[], around: StepSurroundings): Promise<void> {
  await parts.store.write(async (unit) =>
    new PublicationRepository(unit.db).beginSteps(
      around.key.publicationId,
      steps.map((step) => step.id),
    ),
  );
  around.progress.touch(false);
  const waiting = [...steps];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined && failures.length === 0; step = waiting.shift()) {
      try {
        await runStep(parts, step, around);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, work));
  if (failures.length > 0) throw failures[0];
}

async function runStep(parts: PublicationParts, step: PlannedStep, around: StepSurroundings): Promise<void> {
  const { key, content, progress, signal } = around;
  signal.throwIfAborted();
  const stepKey = { publicationId: key.publicationId, stepId: step.id };
  const locations = await around.releaseStore.run(step, content, {
    open: (sha256, range) => parts.artifacts.open(key.releaseId, sha256, range, signal),
    resume: around.notes.get(step.id),
    checkpoint: (note) => parts.store.write((unit) => new PublicationRepository(unit.db).noteCheckpoint(stepKey, note)),
    onProgress: (doneBytes) => progress.note(step.id, Math.min(doneBytes, step.totalBytes)),
    signal,
  });
  await parts.store.write(async (unit) => {
    const rows = new PublicationRepository(unit.db);
    await rows.addLocations(key.releaseId, key.storeId, locations);
    await rows.finishStep(stepKey);
  });
  progress.touch(true);
}
