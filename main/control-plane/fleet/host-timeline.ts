import type { Kysely } from "kysely";
import { hostEvent, type HostEvent } from "#shared/contract/fleets.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { readJson } from "../db/read-json.ts";
import type { Schema } from "../db/schema.ts";
import type { WriteUnit } from "../db/store.ts";
import { withoutNulls } from "../db/without-nulls.ts";

/** What happened to a host, as its timeline tells it. */
export type HostEventDraft = {
  readonly kind: string;
  readonly message: string;
  readonly applicationId?: string;
  readonly releaseId?: string;
  readonly details?: { readonly [key: string]: Json | undefined };
};

/** Which part of a timeline: the newest `limit` lines before the line `before`. */
export type TimelinePage = { readonly before?: number | undefined; readonly limit: number };

/** Adds a line to a host's timeline within the unit that did what it tells. */
export async function addHostEvent(unit: WriteUnit, hostId: string, draft: HostEventDraft): Promise<void> {
  await unit.db
    .insertInto("hostEvents")
    .values({
      hostId,
      at: unit.now,
      kind: draft.kind,
      applicationId: draft.applicationId ?? null,
      releaseId: draft.releaseId ?? null,
      message: draft.message,
      details: JSON.stringify(draft.details ?? {}),
    })
    .execute();
}

/** Lines of a host's timeline, newest first. The caller has read the host within its scope. */
export async function readTimeline(db: Kysely<Schema>, hostId: string, page: TimelinePage): Promise<HostEvent[]> {
  const rows = await db
    .selectFrom("hostEvents")
    .leftJoin("releases", "releases.id", "hostEvents.releaseId")
    .selectAll("hostEvents")
    .select("releases.version")
    .where("hostEvents.hostId", "=", hostId)
    .$if(page.before !== undefined, (query) => query.where("hostEvents.id", "<", page.before ?? 0))
    .orderBy("hostEvents.id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(({ details, ...row }) => hostEvent.parse({ ...withoutNulls(row), details: readJson(details) }));
}
