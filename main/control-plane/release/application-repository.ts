import type { Kysely, Selectable } from "kysely";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { application, channel, type Application, type Channel } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { Schema } from "../db/schema.ts";

/** Rows of `applications`. */
export class ApplicationRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<Application> {
    const row = await this.#db.selectFrom("applications").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such application.");
    return application.parse(row);
  }

  /** Applications by name with where they stand; with an id, that one alone. */
  async rows(id?: string): Promise<ApplicationRow[]> {
    const all = this.#db.selectFrom("applications").selectAll().orderBy("name");
    const rows = await (id === undefined ? all : all.where("id", "=", id)).execute();
    const channels = (await this.#db.selectFrom("channels").selectAll().orderBy("name").execute()).map(toChannel);
    const releases = await this.#db.selectFrom("releases").select(["id", "applicationId", "version", "state"]).execute();
    const versions = new Map(releases.map((one) => [one.id, one.version]));
    const hosts = await this.#hostCounts();
    return rows.map((row) => {
      const own = releases.filter((one) => one.applicationId === row.id);
      const [latestVersion] = own
        .filter((one) => one.state === "published")
        .map((one) => one.version)
        .toSorted((left, right) => compareSemver(right, left));
      return {
        ...application.parse(row),
        channels: channels
          .filter((one) => one.applicationId === row.id)
          .map((one) => {
            const version = one.releaseId === undefined ? undefined : versions.get(one.releaseId);
            return version === undefined ? one : { ...one, version };
          }),
        releaseCount: own.length,
        ...(latestVersion === undefined ? {} : { latestVersion }),
        hosts: hosts.get(row.id) ?? 0,
      };
    });
  }

  /** @throws AppError NOT_FOUND. */
  async row(id: string): Promise<ApplicationRow> {
    const [row] = await this.rows(id);
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such application.");
    return row;
  }

  async isProductTaken(productId: string): Promise<boolean> {
    return (await this.#db.selectFrom("applications").select("id").where("productId", "=", productId).executeTakeFirst()) !== undefined;
  }

  async insert(row: Application): Promise<void> {
    await this.#db.insertInto("applications").values(row).execute();
  }

  /** Changes what people call it and counts the revision up. */
  async update(id: string, change: Pick<Application, "name" | "description">): Promise<void> {
    await this.#db
      .updateTable("applications")
      .set((eb) => ({ ...change, revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
  }

  /** How many hosts run some release of each application. */
  async #hostCounts(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db
      .selectFrom("hostApplications")
      .innerJoin("hosts", "hosts.id", "hostApplications.hostId")
      .where("hosts.state", "!=", "revoked")
      .where("currentReleaseId", "is not", null)
      .select((eb) => ["applicationId", eb.fn.countAll<number>().as("hosts")])
      .groupBy("applicationId")
      .execute();
    return new Map(rows.map((row) => [row.applicationId, row.hosts]));
  }
}

/** A row of `channels` in the words of the domain. */
export function toChannel({ releaseId, ...row }: Selectable<Schema["channels"]>): Channel {
  return channel.parse(releaseId === null ? row : { ...row, releaseId });
}
