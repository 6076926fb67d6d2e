import type { Kysely } from "kysely";
import { knownBytes, type KnownBytes } from "#shared/contract/applications.ts";
import type { Schema } from "../db/schema.ts";

/** Bytes of one digest may stand in many releases; more than this says nothing further. */
const LISTED = 200;

/** The releases that hold these bytes, newest first. */
export async function findKnownBytes(db: Kysely<Schema>, digests: readonly string[]): Promise<KnownBytes[]> {
  const rows = await db
    .selectFrom("artifacts")
    .innerJoin("releases", "releases.id", "artifacts.releaseId")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .where("artifacts.sha256", "in", digests)
    .select(["artifacts.sha256", "releases.applicationId", "applications.name as applicationName", "releases.id as releaseId"])
    .select(["releases.version", "releases.state", "artifacts.platform"])
    .orderBy("releases.createdAt", "desc")
    .orderBy("artifacts.platform")
    .limit(LISTED)
    .execute();
  return rows.map((row) => knownBytes.parse(row));
}
