import type { Kysely, Selectable } from "kysely";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { readAdoptions, type StoredAdoption } from "./adoption-rows.ts";

/** Adoptions that a list shows at most. */
const LISTED = 200;

type Row = Selectable<Schema["adoptions"]>;
type ReleaseRow = Selectable<Schema["adoptionReleases"]>;

/** Which release of which adoption. */
export type AdoptedReleaseKey = Pick<ReleaseRow, "adoptionId" | "ordinal">;

/** A release that an adoption is to bring in. */
export type ReleaseToAdopt = {
  readonly reference: string;
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly platform: string }[];
};

/** What an adoption begins as. */
export type NewAdoption = Pick<Row, "id" | "applicationId" | "storeId" | "startedAt" | "startedBy"> & {
  readonly publicKeys: readonly string[];
  readonly releases: readonly ReleaseToAdopt[];
};

/** Rows of `adoptions`, `adoptionReleases` and `adoptionFiles`. */
export class AdoptionRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<StoredAdoption> {
    const row = await this.#db.selectFrom("adoptions").selectAll().where("id", "=", id).executeTakeFirst();
    const [found] = row === undefined ? [] : await readAdoptions(this.#db, [row]);
    if (found === undefined) throw new AppError("NOT_FOUND", "There is no such adoption; those that ended are forgotten after a month.");
    return found;
  }

  /** Those of one application, or all that have not ended; newest first. */
  async list(applicationId: string | undefined): Promise<Adoption[]> {
    const all = this.#db.selectFrom("adoptions").selectAll().orderBy("startedAt", "desc").orderBy("id").limit(LISTED);
    const rows = await (
      applicationId === undefined
        ? all.where("state", "not in", ["completed", "cancelled"])
        : all.where("applicationId", "=", applicationId)
    ).execute();
    return (await readAdoptions(this.#db, rows)).map((one) => one.adoption);
  }

  /** Those that were under way, oldest first. */
  async running(): Promise<string[]> {
    const rows = await this.#db.selectFrom("adoptions").select("id").where("state", "=", "running").orderBy("startedAt").execute();
    return rows.map((row) => row.id);
  }

  /** Whether an adoption that goes on by itself, or would when resumed, brings in this version. */
  async isOnItsWay(applicationId: string, version: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("adoptionReleases")
      .innerJoin("adoptions", "adoptions.id", "adoptionReleases.adoptionId")
      .select("adoptions.id")
      .where("adoptions.applicationId", "=", applicationId)
      .where("adoptions.state", "in", ["running", "paused"])
      .where("adoptionReleases.version", "=", version)
      .where("adoptionReleases.state", "!=", "done")
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async insert({ releases, publicKeys, ...draft }: NewAdoption): Promise<void> {
    const blank = { state: "running" as const, message: "", finishedAt: null, revision: 0 };
    await this.#db
      .insertInto("adoptions")
      .values({ ...draft, ...blank, publicKeys: JSON.stringify(publicKeys) })
      .execute();
    const untried = { state: "pending" as const, attempts: 0, failures: 0, errorCode: null, errorMessage: null, retryAt: null };
    const rows = releases.map(({ reference, version }, ordinal) => ({
      ...untried,
      adoptionId: draft.id,
      ordinal,
      reference,
      version,
      releaseId: null,
    }));
    await this.#db.insertInto("adoptionReleases").values(rows).execute();
    const files = releases.map((one, ordinal) =>
      one.files.map(({ name, platform }, place) => ({
        adoptionId: draft.id,
        ordinal,
        place,
        name,
        platform,
        sizeBytes: 0,
        uploadId: null,
      })),
    );
    // One release at a time, so that a statement never has more values than a database takes.
    for (const own of files) await this.#db.insertInto("adoptionFiles").values(own).execute();
  }

  /** Changes columns and counts the revision up. */
  async update(id: string, change: Partial<Omit<Row, "id" | "revision">>): Promise<void> {
    await this.#db
      .updateTable("adoptions")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  async updateRelease(
    { adoptionId, ordinal }: AdoptedReleaseKey,
    change: Partial<Omit<ReleaseRow, keyof AdoptedReleaseKey>>,
  ): Promise<void> {
    await this.#db
      .updateTable("adoptionReleases")
      .set(change)
      .where("adoptionId", "=", adoptionId)
      .where("ordinal", "=", ordinal)
      .execute();
  }

  /** Begins to adopt one, and counts it. */
  async begin({ adoptionId, ordinal }: AdoptedReleaseKey): Promise<void> {
    await this.#db
      .updateTable("adoptionReleases")
      .set((eb) => ({ state: "running", retryAt: null, attempts: eb("attempts", "+", 1) }))
      .where("adoptionId", "=", adoptionId)
      .where("ordinal", "=", ordinal)
      .execute();
  }

  /** What was under way runs no more, and nothing is tried again by itself. */
  async rest(adoptionId: string): Promise<void> {
    await this.#open(adoptionId).set({ state: "pending" }).where("state", "=", "running").execute();
    await this.#open(adoptionId).set({ retryAt: null }).execute();
  }

  /** Everything that is not a draft yet is tried anew. */
  async renew(adoptionId: string): Promise<void> {
    const fresh = { state: "pending" as const, failures: 0, errorCode: null, errorMessage: null, retryAt: null };
    await this.#open(adoptionId).set(fresh).execute();
  }

  /** Notes of a file what the store says of it, or what it is fetched as. */
  async updateFile(
    { adoptionId, ordinal }: AdoptedReleaseKey,
    place: number,
    change: { readonly sizeBytes: number } | { readonly uploadId: string },
  ): Promise<void> {
    await this.#db
      .updateTable("adoptionFiles")
      .set(change)
      .where("adoptionId", "=", adoptionId)
      .where("ordinal", "=", ordinal)
      .where("place", "=", place)
      .execute();
  }

  /** Forgets those that ended before then. */
  async prune(before: number): Promise<void> {
    await this.#db.deleteFrom("adoptions").where("finishedAt", "<", before).execute();
  }

  #open(adoptionId: string) {
    return this.#db.updateTable("adoptionReleases").where("adoptionId", "=", adoptionId).where("state", "!=", "done");
  }
}
