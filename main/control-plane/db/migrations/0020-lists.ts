import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  // Host lists are ordered by name, whole, by fleet or by group, and stay so at 100,000 hosts.
  `CREATE INDEX hostsByName ON hosts (name, id)`,
  `CREATE INDEX hostsByGroupName ON hosts (groupId, name, id)`,
  `DROP INDEX hostsByGroup`,
  // Counts of hosts and connected hosts come from the index alone.
  `CREATE INDEX hostsByGroupState ON hosts (groupId, state, connection)`,
  // What needs a person is rare, and found without reading the others.
  `CREATE INDEX hostsPending ON hosts (fleetId, enrolledAt) WHERE state = 'pending'`,
  `CREATE INDEX hostsCloned ON hosts (fleetId) WHERE connection = 'cloned'`,
  // Reports of applications that are not simply serving: few, and what every question about trouble starts from.
  `CREATE INDEX hostApplicationsAstir ON hostApplications (hostId)
    WHERE phase NOT IN ('idle', 'healthy') OR healthy = 0 OR currentReleaseId IS NULL`,
  // Who changed this last.
  `CREATE INDEX auditEntriesBySubject ON auditEntries (subject, sequence)`,
  `CREATE INDEX enrolmentTokensByFleet ON enrolmentTokens (fleetId, createdAt)`,
] as const;

/** Indexes for the lists of hosts and tokens, and for naming who changed a row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
