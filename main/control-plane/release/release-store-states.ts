import type { Kysely } from "kysely";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { summarizePublishing } from "#shared/domain/publication/publishing-summary.ts";
import { storeSettings } from "#shared/domain/store/store.ts";
import { storeId } from "#shared/lib/ids.ts";
import type { Schema } from "../db/schema.ts";

/** Where releases lie or go to, and how far they are, by release. */
export async function readStoresOf(
  db: Kysely<Schema>,
  releaseIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<ReleaseRow, "stores" | "publishing">>> {
  const rows = await db
    .selectFrom("publications")
    .innerJoin("stores", "stores.id", "publications.storeId")
    .leftJoin("publicationSteps", "publicationSteps.publicationId", "publications.id")
    .where("publications.state", "!=", "cancelled")
    .where("publications.releaseId", "in", releaseIds)
    .groupBy("publications.id")
    .orderBy("publications.place")
    .orderBy("publications.startedAt")
    .select((eb) => [
      "publications.releaseId",
      "publications.storeId",
      "publications.state",
      "stores.name",
      "stores.settings",
      eb.fn.coalesce(eb.fn.sum<number>("doneBytes"), eb.lit(0)).as("doneBytes"),
      eb.fn.coalesce(eb.fn.sum<number>("totalBytes"), eb.lit(0)).as("totalBytes"),
    ])
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.releaseId)].map(([releaseId, own]) => {
      const publishing = summarizePublishing(own);
      const stores = own.map((row) => {
        const { kind } = storeSettings.parse(JSON.parse(row.settings));
        return { storeId: storeId.parse(row.storeId), name: row.name, kind, state: row.state };
      });
      return [releaseId, publishing === undefined ? { stores } : { stores, publishing }];
    }),
  );
}
