import type { HostId } from "#shared/lib/ids.ts";
import { idOf, type Db } from "./rows.ts";

/** The hosts that earlier waves of this group and rollout took. Excluded ones were not taken and are judged anew. */
export async function readTaken(db: Db, rolloutId: string, groupId: string): Promise<ReadonlySet<HostId>> {
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("waves", "waves.id", "waveMembers.waveId")
    .select("waveMembers.hostId")
    .distinct()
    .where("waves.rolloutId", "=", rolloutId)
    .where("waves.groupId", "=", groupId)
    .where("waveMembers.state", "!=", "excluded")
    .execute();
  return new Set(rows.map((row) => idOf(row.hostId)));
}
