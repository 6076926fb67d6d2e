import type { Kysely, Selectable } from "kysely";
import type { Publication, PublicationState } from "#shared/domain/publication/publication.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { Schema } from "../db/schema.ts";
import type { PlannedStep, StoredLocation } from "../ports/release-store.ts";
import { readPublications, type StoredPublication } from "./publication-rows.ts";

type Row = Selectable<Schema["publications"]>;
type StepKey = { readonly publicationId: string; readonly stepId: string };

/** Publications shown at most in one list. */
const LISTED = 200;

/** What a step notes about where it is, in bytes of JSON. */
const MAX_NOTE_BYTES = 16 * 1024;

/** A publication that begins. */
export type NewPublication = Pick<Row, "id" | "releaseId" | "storeId" | "place" | "startedAt" | "startedBy">;

/** Rows of `publications`, `publicationSteps` and `releaseLocations`. */
export class PublicationRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<StoredPublication> {
    const row = await this.#db.selectFrom("publications").selectAll().where("id", "=", id).executeTakeFirst();
    const [found] = row === undefined ? [] : await readPublications(this.#db, [row]);
    if (found === undefined) throw new AppError("NOT_FOUND", "There is no such publication.");
    return found;
  }

  /** Those of one release, or all that have not ended; newest first. */
  async list(releaseId: string | undefined): Promise<Publication[]> {
    const all = this.#db.selectFrom("publications").selectAll().orderBy("startedAt", "desc").orderBy("place").limit(LISTED);
    const rows = await (
      releaseId === undefined ? all.where("state", "not in", ["completed", "cancelled"]) : all.where("releaseId", "=", releaseId)
    ).execute();
    return (await readPublications(this.#db, rows)).map((one) => one.publication);
  }

  /** Publications of a release that were not cancelled, in the order in which it was given to its stores. */
  async ofRelease(releaseId: string): Promise<StoredPublication[]> {
    const rows = await this.#db
      .selectFrom("publications")
      .selectAll()
      .where("releaseId", "=", releaseId)
      .where("state", "!=", "cancelled")
      .orderBy("place")
      .orderBy("startedAt")
      .execute();
    return readPublications(this.#db, rows);
  }

  /** Publications in these states, oldest first. */
  async inState(states: readonly PublicationState[]): Promise<{ id: string; releaseId: string; storeId: string }[]> {
    return this.#db
      .selectFrom("publications")
      .select(["id", "releaseId", "storeId"])
      .where("state", "in", states)
      .orderBy("startedAt")
      .execute();
  }

  /** Cancelled ones that have left something in their store. */
  async toClean(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom("publications")
      .select("id")
      .where("state", "=", "cancelled")
      .where("cleaning", "=", 1)
      .execute();
    return rows.map((row) => row.id);
  }

  /** Whether a cancelled publication of this release still has something to be removed from the store. */
  async isCleaning(releaseId: string, storeId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("publications")
      .select("id")
      .where("releaseId", "=", releaseId)
      .where("storeId", "=", storeId)
      .where("cleaning", "=", 1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async insert(draft: NewPublication): Promise<void> {
    const blank = { message: "", errorCode: null, errorMessage: null, retryAt: null, signingRequestId: null, finishedAt: null };
    await this.#db
      .insertInto("publications")
      .values({ ...draft, ...blank, state: "running", failures: 0, cleaning: 0, revision: 0 })
      .execute();
  }

  /** Changes columns and counts the revision up. */
  async update(id: string, change: Partial<Omit<Row, "id" | "revision">>): Promise<void> {
    await this.#db
      .updateTable("publications")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  /** Writes the plan's steps; those that are known keep where they stand. */
  async ensureSteps(publicationId: string, steps: readonly PlannedStep[]): Promise<void> {
    const rows = steps.map((step, ordinal) => ({
      publicationId,
      stepId: step.id,
      ordinal,
      phase: step.phase,
      title: step.title.slice(0, 200),
      state: "pending" as const,
      doneBytes: 0,
      totalBytes: step.totalBytes,
      needsSignature: step.needsSignature ? (1 as const) : (0 as const),
      attempts: 0,
      note: null,
    }));
    await this.#db
      .insertInto("publicationSteps")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["publicationId", "stepId"]).doNothing())
      .execute();
  }

  async beginSteps(publicationId: string, stepIds: readonly string[]): Promise<void> {
    await this.#db
      .updateTable("publicationSteps")
      .set((eb) => ({ state: "running", attempts: eb("attempts", "+", 1) }))
      .where("publicationId", "=", publicationId)
      .where("stepId", "in", stepIds)
      .execute();
  }

  /** Steps that were running run no more. */
  async restSteps(publicationId: string): Promise<void> {
    await this.#db
      .updateTable("publicationSteps")
      .set({ state: "pending" })
      .where("publicationId", "=", publicationId)
      .where("state", "=", "running")
      .execute();
  }

  async finishStep(key: StepKey): Promise<void> {
    await this.#ofStep(key)
      .set((eb) => ({ state: "done", doneBytes: eb.ref("totalBytes") }))
      .execute();
  }

  async noteProgress(key: StepKey, doneBytes: number): Promise<void> {
    await this.#ofStep(key).set({ doneBytes }).where("state", "!=", "done").execute();
  }

  /** @throws RangeError for a note that is longer than the port allows. */
  async noteCheckpoint(key: StepKey, note: Json): Promise<void> {
    const text = JSON.stringify(note);
    if (Buffer.byteLength(text) > MAX_NOTE_BYTES) throw new RangeError(`a step noted ${text.length} characters`);
    await this.#ofStep(key).set({ note: text }).execute();
  }

  async addLocations(releaseId: string, storeId: string, locations: readonly StoredLocation[]): Promise<void> {
    if (locations.length === 0) return;
    const rows = locations.map(({ sha256, location }) => ({ releaseId, storeId, sha256, location: JSON.stringify(location) }));
    await this.#db
      .insertInto("releaseLocations")
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(["releaseId", "storeId", "sha256"]).doUpdateSet((eb) => ({ location: eb.ref("excluded.location") })),
      )
      .execute();
  }

  #ofStep({ publicationId, stepId }: StepKey) {
    return this.#db.updateTable("publicationSteps").where("publicationId", "=", publicationId).where("stepId", "=", stepId);
  }
}
