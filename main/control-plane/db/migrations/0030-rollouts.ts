import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  // The latest attempt of one host, and its failures, without reading those of the others.
  `CREATE INDEX grantsByHost ON grants (hostId, applicationId, issuedAt)`,
  // Caps count live grants; there are few of them among all that ever were.
  `CREATE INDEX grantsLive ON grants (subscriptionId, expiresAt) WHERE state = 'active'`,
  `CREATE INDEX wavesByRollout ON waves (rolloutId, state)`,
  `CREATE INDEX rolloutTargetsBySubscription ON rolloutTargets (subscriptionId)`,
] as const;

/** Indexes for deciding offers and judging rollouts in large fleets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
