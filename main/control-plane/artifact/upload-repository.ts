import type { Kysely, Selectable } from "kysely";
import { digests, inspection, upload, type Digests, type Inspection, type Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";

type UploadRow = Selectable<Schema["uploads"]>;
type State = Upload["state"];

/** Uploads shown at most; more than this at one time is a mistake of somebody's script. */
const LISTED = 500;

/** An upload that begins. */
export type NewUpload = {
  readonly id: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly createdBy: string;
  /** What the sender says the bytes are; held against them when they are here. */
  readonly sha256?: string | undefined;
};

/** What verification found out about a file. */
export type Verified = {
  readonly digests: Digests;
  readonly inspection: Inspection;
  readonly duplicate: boolean;
  readonly sizeBytes: number;
};

/** Rows of `uploads`. Every change of state names the states it may come from, so that two events cannot both win. */
export class UploadRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Uploads that are not part of a release yet, newest first. */
  async listOpen(): Promise<Upload[]> {
    const rows = await this.#db
      .selectFrom("uploads")
      .selectAll()
      .where("state", "!=", "consumed")
      .orderBy("createdAt", "desc")
      .limit(LISTED)
      .execute();
    return rows.map(toUpload);
  }

  async find(id: string): Promise<Upload | undefined> {
    const row = await this.#db.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toUpload(row);
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<Upload> {
    const found = await this.find(id);
    if (found === undefined) throw new AppError("NOT_FOUND", "There is no such upload; it may have expired.");
    return found;
  }

  /** Ids of the uploads in these states. */
  async idsIn(states: readonly State[]): Promise<{ id: string; sizeBytes: number }[]> {
    return this.#db.selectFrom("uploads").select(["id", "sizeBytes"]).where("state", "in", states).execute();
  }

  /** The digest that the sender announced, while the bytes are on their way. */
  async announcedSha256(id: string): Promise<string | undefined> {
    const row = await this.#db.selectFrom("uploads").select("sha256").where("id", "=", id).executeTakeFirst();
    return row?.sha256 ?? undefined;
  }

  async insert(draft: NewUpload, now: number): Promise<void> {
    await this.#db
      .insertInto("uploads")
      .values({
        ...draft,
        receivedBytes: 0,
        state: "receiving",
        sha256: draft.sha256 ?? null,
        sha1: null,
        sha512: null,
        inspection: null,
        duplicate: 0,
        errorCode: null,
        errorMessage: null,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
  }

  /** Notes how far a transfer is; late news of a transfer that ended changes nothing. */
  async progress(id: string, receivedBytes: number, now: number): Promise<boolean> {
    return this.#move(id, ["receiving"], { receivedBytes, updatedAt: now });
  }

  /** `receiving → verifying`. */
  verifying(id: string, receivedBytes: number, now: number): Promise<boolean> {
    return this.#move(id, ["receiving", "verifying"], { state: "verifying", receivedBytes, updatedAt: now });
  }

  /** `receiving | verifying → ready`. */
  ready(id: string, found: Verified, now: number): Promise<boolean> {
    return this.#move(id, ["receiving", "verifying"], {
      ...found.digests,
      state: "ready",
      sizeBytes: found.sizeBytes,
      receivedBytes: found.sizeBytes,
      inspection: JSON.stringify(found.inspection),
      duplicate: found.duplicate ? 1 : 0,
      updatedAt: now,
    });
  }

  /** `receiving | verifying → failed`. */
  failed(id: string, error: { readonly code: string; readonly message: string }, now: number): Promise<boolean> {
    return this.#move(id, ["receiving", "verifying"], {
      state: "failed",
      errorCode: error.code,
      errorMessage: error.message.slice(0, 500),
      updatedAt: now,
    });
  }

  /** `ready → consumed`. */
  consumed(id: string, now: number): Promise<boolean> {
    return this.#move(id, ["ready"], { state: "consumed", updatedAt: now });
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom("uploads").where("id", "=", id).execute();
  }

  /** Deletes the uploads of a state that nothing has happened to since `before`; answers their ids. */
  async deleteUntouched(state: State, before: number): Promise<string[]> {
    const rows = await this.#db.deleteFrom("uploads").where("state", "=", state).where("updatedAt", "<", before).returning("id").execute();
    return rows.map((row) => row.id);
  }

  /** Digests of bytes that some upload or artifact brought here before. */
  async knownDigests(sha256: string): Promise<Digests | undefined> {
    const columns = ["sha256", "sha1", "sha512"] as const;
    const artifact = await this.#db.selectFrom("artifacts").select(columns).where("sha256", "=", sha256).limit(1).executeTakeFirst();
    if (artifact !== undefined) return artifact;
    const row = await this.#db
      .selectFrom("uploads")
      .select(columns)
      .where("sha256", "=", sha256)
      .where("sha1", "is not", null)
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : digests.parse(row);
  }

  async #move(id: string, from: readonly State[], change: Partial<UploadRow>): Promise<boolean> {
    const result = await this.#db.updateTable("uploads").set(change).where("id", "=", id).where("state", "in", from).executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}

function toUpload(row: UploadRow): Upload {
  const { sha256, sha1, sha512, inspection: found, errorCode, errorMessage } = row;
  return upload.parse({
    id: row.id,
    fileName: row.fileName,
    sizeBytes: row.sizeBytes,
    receivedBytes: row.receivedBytes,
    state: row.state,
    duplicate: row.duplicate === 1,
    createdAt: row.createdAt,
    // Before the verification the column holds what the sender announced.
    ...(sha1 === null ? {} : { digests: { sha256, sha1, sha512 } }),
    ...(found === null ? {} : { inspection: inspection.parse(JSON.parse(found)) }),
    ...(errorCode === null ? {} : { error: { code: errorCode, message: errorMessage ?? "" } }),
  });
}
