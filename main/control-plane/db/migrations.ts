import type { Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "./schema.ts";
import { up as initial } from "./migrations/0010-initial.ts";
import { up as lists } from "./migrations/0020-lists.ts";
import { up as rollouts } from "./migrations/0030-rollouts.ts";
import { up as retention } from "./migrations/0040-retention.ts";
import { up as unwellSince } from "./migrations/0060-unwell-since.ts";
import { up as stores } from "./migrations/0070-stores.ts";
import { up as signingRequests } from "./migrations/0080-signing-requests.ts";
import { up as fleetDownloadRate } from "./migrations/0090-fleet-download-rate.ts";
import { up as signedReports } from "./migrations/0100-signed-reports.ts";
import { up as deltas } from "./migrations/0110-deltas.ts";
import { up as rolloutTraffic } from "./migrations/0111-rollout-traffic.ts";
import { up as treeDeltas } from "./migrations/0112-tree-deltas.ts";
import { up as adoptions } from "./migrations/0113-adoptions.ts";

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0010-initial": { up: initial },
  "0020-lists": { up: lists },
  "0030-rollouts": { up: rollouts },
  "0040-retention": { up: retention },
  "0060-unwell-since": { up: unwellSince },
  "0070-stores": { up: stores },
  "0080-signing-requests": { up: signingRequests },
  "0090-fleet-download-rate": { up: fleetDownloadRate },
  "0100-signed-reports": { up: signedReports },
  "0110-deltas": { up: deltas },
  "0111-rollout-traffic": { up: rolloutTraffic },
  "0112-tree-deltas": { up: treeDeltas },
  "0113-adoptions": { up: adoptions },
};

/** Names of the migrations that this build knows, oldest first. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS).sort();

/**
 * Brings a database to this build's schema.
 *
 * @throws AppError ENV_DATA_NEWER when a newer build wrote it; nothing was changed.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  const unknown = await writtenByNewer(db);
  if (unknown !== undefined) {
    throw new AppError("ENV_DATA_NEWER", `This data folder was written by a newer Rollcall (step ${unknown}); nothing was changed.`);
  }
  const { error } = await migrator.migrateToLatest();
  // oxlint-disable-next-line typescript/only-throw-error -- it is what the migrator caught, and goes on as it came
  if (error !== undefined) throw error;
}

async function writtenByNewer(db: Kysely<Schema>): Promise<string | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return undefined;
  const rows = await db.$extendTables<{ kysely_migration: { name: string } }>().selectFrom("kysely_migration").select("name").execute();
  return rows.map((row) => row.name).find((name) => !MIGRATION_NAMES.includes(name));
}
