import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { failureIn } from "./reported-failure.ts";
import { idOf, type Db } from "./rows.ts";

type FailureCause = RolloutDetail["failures"][number];

/** Causes that a rollout shows: the most frequent ones. */
const CAUSES_SHOWN = 3;

/** Failed members whose reports are read for their cause. More of them tell nothing new. */
const FAILURES_READ = 500;

/** How the reason of a member begins whose failure somebody accepted by continuing. */
export const ACCEPTED_PREFIX = "failure accepted: ";

/** Groups the failures of a rollout by cause, each with one host that shows it. */
export async function readFailureCauses(db: Db, rolloutId: string): Promise<FailureCause[]> {
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("waves", "waves.id", "waveMembers.waveId")
    .innerJoin("hosts", "hosts.id", "waveMembers.hostId")
    .innerJoin("rolloutTargets", (join) =>
      join
        .onRef("rolloutTargets.rolloutId", "=", "waves.rolloutId")
        .onRef("rolloutTargets.subscriptionId", "=", "waveMembers.subscriptionId"),
    )
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "hosts.id").onRef("app.applicationId", "=", "rolloutTargets.applicationId"),
    )
    .select(["waveMembers.hostId", "waveMembers.reason", "hosts.name", "app.reported"])
    .where("waves.rolloutId", "=", rolloutId)
    .where((eb) => eb.or([eb("waveMembers.state", "=", "failed"), eb("waveMembers.reason", "like", `${ACCEPTED_PREFIX}%`)]))
    .orderBy("waveMembers.updatedAt")
    .limit(FAILURES_READ)
    .execute();
  const causes = new Map<string, FailureCause>();
  for (const row of rows) {
    const reason = row.reason.startsWith(ACCEPTED_PREFIX) ? row.reason.slice(ACCEPTED_PREFIX.length) : row.reason;
    const failure = row.reported === null ? undefined : failureIn(row.reported);
    const told = failure !== undefined && reason.includes(failure.message) ? failure : undefined;
    const cause = told?.cause ?? reason;
    const known = causes.get(cause);
    const example = {
      hostId: idOf<FailureCause["example"]["hostId"]>(row.hostId),
      hostName: row.name,
      message: reason,
      ...(told?.logTail === undefined ? {} : { logTail: told.logTail }),
    };
    causes.set(cause, { cause, count: (known?.count ?? 0) + 1, example: known?.example ?? example });
  }
  return [...causes.values()].sort((left, right) => right.count - left.count).slice(0, CAUSES_SHOWN);
}
