import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import { publication, publicationStep, type Publication, type PublicationStep } from "#shared/domain/publication/publication.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { Schema } from "../db/schema.ts";

type Row = Selectable<Schema["publications"]>;
type StepRow = Selectable<Schema["publicationSteps"]>;

/** A publication with what only its runner needs. */
export type StoredPublication = {
  readonly publication: Publication;
  /** Failures in a row without progress. */
  readonly failures: number;
  /** What its steps noted, by step. */
  readonly notes: ReadonlyMap<string, Json>;
};

/** Reads the steps that belong to these rows and puts both together, in the order of the rows. */
export async function readPublications(db: Kysely<Schema>, rows: readonly Row[]): Promise<StoredPublication[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const steps = await db.selectFrom("publicationSteps").selectAll().where("publicationId", "in", ids).orderBy("ordinal").execute();
  const byPublication = Map.groupBy(steps, (step) => step.publicationId);
  return rows.map((row) => toStored(row, byPublication.get(row.id) ?? []));
}

function toStored(row: Row, stepRows: readonly StepRow[]): StoredPublication {
  const steps = stepRows.map(toStep);
  const { errorCode, errorMessage, retryAt, signingRequestId, finishedAt } = row;
  return {
    publication: publication.parse({
      id: row.id,
      releaseId: row.releaseId,
      storeId: row.storeId,
      state: row.state,
      steps,
      doneBytes: steps.reduce((sum, step) => sum + step.doneBytes, 0),
      totalBytes: steps.reduce((sum, step) => sum + step.totalBytes, 0),
      message: row.message,
      ...(errorCode === null ? {} : { error: { code: errorCode, message: errorMessage ?? "" } }),
      ...(retryAt === null ? {} : { retryAt }),
      ...(signingRequestId === null ? {} : { signingRequestId }),
      startedAt: row.startedAt,
      startedBy: row.startedBy,
      ...(finishedAt === null ? {} : { finishedAt }),
      revision: row.revision,
    }),
    failures: row.failures,
    notes: new Map(stepRows.flatMap((step) => (step.note === null ? [] : [[step.stepId, z.json().parse(JSON.parse(step.note))] as const]))),
  };
}

function toStep(row: StepRow): PublicationStep {
  return publicationStep.parse({
    id: row.stepId,
    phase: row.phase,
    title: row.title,
    state: row.state,
    doneBytes: row.doneBytes,
    totalBytes: row.totalBytes,
    needsSignature: row.needsSignature === 1,
    attempts: row.attempts,
  });
}
