import type { Kysely } from "kysely";
import type { Schema } from "../db/schema.ts";

/** A release that was published once, and that nothing needs any more. */
export type ForgottenRelease = { readonly id: string; readonly state: "published" | "withdrawn" };

/**
 * Releases beyond the newest `kept` of their application that no channel, subscription, version history, running
 * rollout or host knows: nothing could ever install them again without somebody choosing them anew. Drafts are no
 * releases yet, and blocked ones count like the others.
 */
export async function findForgottenReleases(db: Kysely<Schema>, kept: number): Promise<readonly ForgottenRelease[]> {
  const ranked = db
    .selectFrom("releases")
    .select((eb) => [
      "id",
      "state",
      eb.fn
        .agg<number>("row_number")
        .over((over) => over.partitionBy("applicationId").orderBy("publishedAt", "desc").orderBy("id"))
        .as("place"),
    ])
    .where("state", "!=", "draft");
  const rows = await db
    .selectFrom(ranked.as("ranked"))
    .select(["id", "state"])
    .where("place", ">", kept)
    .where("id", "not in", neededReleases(db))
    .execute();
  return rows.map(({ id, state }) => ({ id, state: state === "published" ? "published" : "withdrawn" }));
}

/** Everything that names a release, as one list of ids. */
function neededReleases(db: Kysely<Schema>) {
  return db
    .selectFrom("channels")
    .select("releaseId as id")
    .where("releaseId", "is not", null)
    .unionAll(db.selectFrom("subscriptions").select("targetReleaseId as id").where("targetReleaseId", "is not", null))
    .unionAll(db.selectFrom("subscriptions").select("previousTargetReleaseId as id").where("previousTargetReleaseId", "is not", null))
    .unionAll(db.selectFrom("targetChanges").select("fromReleaseId as id").where("fromReleaseId", "is not", null))
    .unionAll(db.selectFrom("targetChanges").select("toReleaseId as id"))
    .unionAll(db.selectFrom("rolloutTargets").select("toReleaseId as id").where("active", "=", 1))
    .unionAll(db.selectFrom("hosts").select("pinnedReleaseId as id").where("pinnedReleaseId", "is not", null))
    .unionAll(db.selectFrom("hostApplications").select("currentReleaseId as id").where("currentReleaseId", "is not", null))
    .unionAll(db.selectFrom("hostApplications").select("candidateReleaseId as id").where("candidateReleaseId", "is not", null));
}
