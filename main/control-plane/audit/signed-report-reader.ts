import type { FleetScope } from "#shared/domain/access/permission.ts";
import { signedReport, type SignedReport } from "#shared/domain/audit/signed-report.ts";
import { readJson } from "../db/read-json.ts";
import type { Store } from "../db/store.ts";
import type { AuditFilter } from "./audit-filter.ts";

/** Reports of one read: a body is bounded by a frame, so a batch stays within a few megabytes. */
const BATCH = 200;

/**
 * Reads the signed reports that belong to an export, oldest first, in batches. A filter by actor, action or words is about
 * entries; such an export carries no reports.
 */
export async function* readSignedReports(store: Store, scope: FleetScope, filter: AuditFilter): AsyncGenerator<readonly SignedReport[]> {
  if (filter.actor !== undefined || filter.action !== undefined || (filter.search ?? "").trim() !== "") return;
  let query = store.read.selectFrom("signedReports").selectAll();
  if (scope !== "all") query = query.where("fleetId", "in", [...scope, ""]);
  if (filter.fleetId !== undefined) query = query.where("fleetId", "=", filter.fleetId);
  if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("at", "<=", filter.to);
  for (let after = 0; ;) {
    const rows = await query.where("id", ">", after).orderBy("id").limit(BATCH).execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => signedReport.parse({ ...row, body: readJson(row.body) }));
    after = last.id;
  }
}
