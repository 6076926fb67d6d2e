import type { Rollout, Wave } from "#shared/domain/rollout/rollout.ts";
import { chooseWaveMembers, type ChosenMember } from "#shared/domain/rollout/wave-members.ts";
import { readCandidates } from "./candidates.ts";
import type { ReleaseCatalog } from "./release-catalog.ts";
import type { Db } from "./rows.ts";
import { readTaken } from "./taken-hosts.ts";

/** The rows that opening this wave writes now: for opening it, and for saying beforehand how many it would take. */
export async function chooseMembers(
  db: Db,
  rollout: Rollout,
  releases: ReleaseCatalog,
  wave: Wave,
  now: number,
): Promise<readonly ChosenMember[]> {
  const subscriptions = await db.selectFrom("subscriptions").select("id").where("groupId", "=", wave.groupId).execute();
  const targets = rollout.targets.flatMap((target) => {
    const release = releases.get(target.toReleaseId);
    return release !== undefined && subscriptions.some((row) => row.id === target.subscriptionId)
      ? [{ subscriptionId: target.subscriptionId, release }]
      : [];
  });
  const candidates = await readCandidates(db, { groupId: wave.groupId, kind: rollout.kind, targets }, now);
  return chooseWaveMembers({
    salt: rollout.salt,
    selector: wave.selector,
    candidates,
    taken: await readTaken(db, rollout.id, wave.groupId),
  });
}
