import type { Kysely, Selectable } from "kysely";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { artifact, type Artifact } from "#shared/domain/artifact/artifact.ts";
import { release, type Release } from "#shared/domain/release/release.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { Schema } from "../db/schema.ts";
import { readNamedDeltas } from "../delta/delta-repository.ts";
import { readStoresOf } from "./release-store-states.ts";

type Row = Selectable<Schema["releases"]>;

/**
 * A release with what only its publication needs. `signing` stands from the moment at which publishing began: a draft
 * that has it is being published, now or after a restart, and cannot be changed.
 */
export type StoredRelease = {
  readonly release: Release;
  readonly signing:
    | { readonly manifestSha256: string; readonly publishedAt: number; readonly applicationName: string | undefined }
    | undefined;
};

/** Rows of `releases` and `artifacts`. */
export class ReleaseRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<StoredRelease> {
    const row = await this.#db.selectFrom("releases").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such release.");
    const artifacts = await this.#artifacts(row.applicationId);
    return toStored(row, artifacts.get(id) ?? []);
  }

  /** Releases with their channels and hosts, newest version first; of one application, or the named one. */
  async rows(filter: { readonly applicationId: string } | { readonly releaseId: string }): Promise<ReleaseRow[]> {
    const all = this.#db.selectFrom("releases").selectAll();
    const rows = await (
      "releaseId" in filter ? all.where("id", "=", filter.releaseId) : all.where("applicationId", "=", filter.applicationId)
    ).execute();
    const applicationId = "applicationId" in filter ? filter.applicationId : (rows[0]?.applicationId ?? "");
    const artifacts = await this.#artifacts(applicationId);
    const channels = await this.#db
      .selectFrom("channels")
      .select(["name", "releaseId"])
      .where("applicationId", "=", applicationId)
      .orderBy("name")
      .execute();
    const hosts = await this.#hostCounts(applicationId);
    const stores = await readStoresOf(
      this.#db,
      rows.map((row) => row.id),
    );
    return rows
      .map((row) => ({
        ...toStored(row, artifacts.get(row.id) ?? []).release,
        channels: channels.filter((one) => one.releaseId === row.id).map((one) => one.name),
        hosts: hosts.get(row.id) ?? 0,
        ...(stores.get(row.id) ?? { stores: [] }),
      }))
      .toSorted((left, right) => compareSemver(right.version, left.version) || right.createdAt - left.createdAt);
  }

  /** @throws AppError NOT_FOUND. */
  async row(releaseId: string): Promise<ReleaseRow> {
    const [row] = await this.rows({ releaseId });
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such release.");
    return row;
  }

  /** Ids of the releases of one state that have, or have not, been given to signing. */
  async ids(filter: { readonly state: Release["state"]; readonly hasManifest: boolean }): Promise<string[]> {
    const rows = await this.#db
      .selectFrom("releases")
      .select("id")
      .where("state", "=", filter.state)
      .where("manifestSha256", filter.hasManifest ? "is not" : "is", null)
      .execute();
    return rows.map((row) => row.id);
  }

  /** Whether another release of the application has this version. */
  async isVersionTaken(applicationId: string, version: string, exceptId?: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("releases")
      .select("id")
      .where("applicationId", "=", applicationId)
      .where("version", "=", version)
      .executeTakeFirst();
    return row !== undefined && row.id !== exceptId;
  }

  async insertDraft(draft: Release): Promise<void> {
    await this.#db
      .insertInto("releases")
      .values({
        id: draft.id,
        applicationId: draft.applicationId,
        version: draft.version,
        state: "draft",
        notes: draft.notes,
        runSpec: JSON.stringify(draft.runSpec),
        createdAt: draft.createdAt,
        createdBy: draft.createdBy,
        publishedAt: null,
        withdrawnAt: null,
        manifestSha256: null,
        blockedAt: null,
        blockedBy: null,
        blockedReason: null,
        revision: draft.revision,
      })
      .execute();
    const artifacts = draft.artifacts.map(({ digests, ...rest }) => ({ ...rest, ...digests, releaseId: draft.id }));
    if (artifacts.length > 0) await this.#db.insertInto("artifacts").values(artifacts).execute();
  }

  /** Changes columns of a release and counts its revision up. */
  async update(id: string, change: Partial<Omit<Row, "id" | "revision">>): Promise<void> {
    await this.#db
      .updateTable("releases")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom("releases").where("id", "=", id).execute();
  }

  /** By release id. */
  async #artifacts(applicationId: string): Promise<ReadonlyMap<string, readonly Artifact[]>> {
    const rows = await this.#db
      .selectFrom("artifacts")
      .innerJoin("releases", "releases.id", "artifacts.releaseId")
      .where("releases.applicationId", "=", applicationId)
      .selectAll("artifacts")
      .orderBy("platform")
      .execute();
    const deltasOf = await readNamedDeltas(this.#db, applicationId);
    const found = new Map<string, Artifact[]>();
    for (const { releaseId, sha256, sha1, sha512, ...rest } of rows) {
      const read = artifact.parse({ ...rest, digests: { sha256, sha1, sha512 }, ...deltasOf(releaseId, sha256) });
      found.set(releaseId, [...(found.get(releaseId) ?? []), read]);
    }
    return found;
  }

  /** How many hosts run each release. */
  async #hostCounts(applicationId: string): Promise<ReadonlyMap<string | null, number>> {
    const rows = await this.#db
      .selectFrom("hostApplications")
      .innerJoin("hosts", "hosts.id", "hostApplications.hostId")
      .where("hosts.state", "!=", "revoked")
      .where("applicationId", "=", applicationId)
      .select((eb) => ["currentReleaseId", eb.fn.countAll<number>().as("hosts")])
      .groupBy("currentReleaseId")
      .execute();
    return new Map(rows.map((row) => [row.currentReleaseId, row.hosts]));
  }
}

function toStored(row: Row, artifacts: readonly Artifact[]): StoredRelease {
  const isPublished = row.state !== "draft";
  return {
    release: release.parse({
      id: row.id,
      applicationId: row.applicationId,
      version: row.version,
      state: row.state,
      notes: row.notes,
      runSpec: runSpec.parse(JSON.parse(row.runSpec)),
      artifacts,
      createdAt: row.createdAt,
      createdBy: row.createdBy,
      ...(isPublished && row.publishedAt !== null ? { publishedAt: row.publishedAt } : {}),
      ...(row.withdrawnAt === null ? {} : { withdrawnAt: row.withdrawnAt }),
      ...(row.blockedAt === null ? {} : { blocked: { at: row.blockedAt, by: row.blockedBy ?? "", reason: row.blockedReason ?? "" } }),
      revision: row.revision,
    }),
    signing:
      row.manifestSha256 === null || row.publishedAt === null
        ? undefined
        : { manifestSha256: row.manifestSha256, publishedAt: row.publishedAt, applicationName: row.publishedName ?? undefined },
  };
}
