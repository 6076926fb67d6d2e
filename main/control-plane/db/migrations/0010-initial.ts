import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,

  `CREATE TABLE applications (
    id TEXT PRIMARY KEY, productId TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL,
    createdAt INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT`,
  `CREATE TABLE releases (
    id TEXT PRIMARY KEY, applicationId TEXT NOT NULL REFERENCES applications(id), version TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft','published','withdrawn')),
    notes TEXT NOT NULL, runSpec TEXT NOT NULL, createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL,
    publishedAt INTEGER, withdrawnAt INTEGER, manifestSha256 TEXT,
    blockedAt INTEGER, blockedBy TEXT, blockedReason TEXT, revision INTEGER NOT NULL,
    UNIQUE (applicationId, version)) STRICT`,
  `CREATE TABLE artifacts (
    id TEXT PRIMARY KEY, releaseId TEXT NOT NULL REFERENCES releases(id) ON DELETE CASCADE, platform TEXT NOT NULL,
    fileName TEXT NOT NULL, sizeBytes INTEGER NOT NULL, sha256 TEXT NOT NULL, sha1 TEXT NOT NULL, sha512 TEXT NOT NULL,
    format TEXT NOT NULL, UNIQUE (releaseId, platform)) STRICT`,
  `CREATE INDEX artifactsBySha256 ON artifacts (sha256)`,
  `CREATE TABLE channels (
    id TEXT PRIMARY KEY, applicationId TEXT NOT NULL REFERENCES applications(id), name TEXT NOT NULL,
    releaseId TEXT REFERENCES releases(id), updatedAt INTEGER NOT NULL, revision INTEGER NOT NULL, UNIQUE (applicationId, name)) STRICT`,
  `CREATE TABLE uploads (
    id TEXT PRIMARY KEY, fileName TEXT NOT NULL, sizeBytes INTEGER NOT NULL, receivedBytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving','verifying','ready','consumed','failed')),
    sha256 TEXT, sha1 TEXT, sha512 TEXT, inspection TEXT, duplicate INTEGER NOT NULL, errorCode TEXT, errorMessage TEXT,
    createdBy TEXT NOT NULL, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL) STRICT`,

  `CREATE TABLE fleets (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, createdAt INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT`,
  `CREATE TABLE groups (
    id TEXT PRIMARY KEY, fleetId TEXT NOT NULL REFERENCES fleets(id), name TEXT NOT NULL, position INTEGER NOT NULL,
    revision INTEGER NOT NULL, UNIQUE (fleetId, name)) STRICT`,
  `CREATE TABLE enrolmentTokens (
    id TEXT PRIMARY KEY, fleetId TEXT NOT NULL REFERENCES fleets(id), groupId TEXT NOT NULL REFERENCES groups(id), label TEXT NOT NULL,
    secretSha256 TEXT NOT NULL UNIQUE, createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL, expiresAt INTEGER NOT NULL,
    maxUses INTEGER NOT NULL, uses INTEGER NOT NULL, requiresApproval INTEGER NOT NULL, revokedAt INTEGER,
    CHECK (uses <= maxUses)) STRICT`,
  `CREATE TABLE hosts (
    id TEXT PRIMARY KEY, fleetId TEXT NOT NULL REFERENCES fleets(id), groupId TEXT NOT NULL REFERENCES groups(id), name TEXT NOT NULL,
    publicKey TEXT NOT NULL UNIQUE, state TEXT NOT NULL CHECK (state IN ('pending','active','revoked')),
    connection TEXT NOT NULL CHECK (connection IN ('connected','disconnected','cloned')),
    lastSeenAt INTEGER, enrolledAt INTEGER NOT NULL, facts TEXT, platform TEXT, labels TEXT NOT NULL, pinnedReleaseId TEXT REFERENCES releases(id),
    boot TEXT, sequence INTEGER NOT NULL DEFAULT 0, desiredEpoch INTEGER NOT NULL DEFAULT 0, desiredRevision INTEGER NOT NULL DEFAULT 0,
    desiredDigest TEXT, revision INTEGER NOT NULL) STRICT`,
  `CREATE INDEX hostsByGroup ON hosts (groupId)`,
  `CREATE INDEX hostsByFleet ON hosts (fleetId, name)`,
  `CREATE TABLE hostApplications (
    hostId TEXT NOT NULL REFERENCES hosts(id) ON DELETE CASCADE, applicationId TEXT NOT NULL REFERENCES applications(id),
    currentReleaseId TEXT, currentVersion TEXT, currentDigest TEXT, candidateReleaseId TEXT, phase TEXT NOT NULL, grantId TEXT,
    healthy INTEGER NOT NULL, reported TEXT NOT NULL, reportedAt INTEGER NOT NULL, PRIMARY KEY (hostId, applicationId)) STRICT, WITHOUT ROWID`,
  `CREATE INDEX hostApplicationsByRelease ON hostApplications (currentReleaseId)`,
  `CREATE TABLE hostEvents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hostId TEXT NOT NULL REFERENCES hosts(id) ON DELETE CASCADE, at INTEGER NOT NULL, kind TEXT NOT NULL,
    applicationId TEXT, releaseId TEXT, message TEXT NOT NULL, details TEXT NOT NULL) STRICT`,
  `CREATE INDEX hostEventsByHost ON hostEvents (hostId, id)`,
  `CREATE INDEX hostEventsByTime ON hostEvents (at)`,
  `CREATE TABLE hostQuarantines (
    hostId TEXT NOT NULL REFERENCES hosts(id) ON DELETE CASCADE, applicationId TEXT NOT NULL REFERENCES applications(id), releaseId TEXT NOT NULL REFERENCES releases(id),
    digest TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, expiresAt INTEGER, PRIMARY KEY (hostId, applicationId, releaseId, digest)) STRICT`,

  `CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY, groupId TEXT NOT NULL REFERENCES groups(id), applicationId TEXT NOT NULL REFERENCES applications(id),
    channelId TEXT REFERENCES channels(id), following INTEGER NOT NULL, targetReleaseId TEXT REFERENCES releases(id),
    previousTargetReleaseId TEXT REFERENCES releases(id), policy TEXT NOT NULL, canaryHostId TEXT, revision INTEGER NOT NULL,
    UNIQUE (groupId, applicationId)) STRICT`,
  `CREATE INDEX subscriptionsByChannel ON subscriptions (channelId)`,
  `CREATE TABLE targetChanges (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subscriptionId TEXT NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE, at INTEGER NOT NULL,
    actor TEXT NOT NULL, reason TEXT NOT NULL, cause TEXT NOT NULL CHECK (cause IN ('rollout','rollback','channel','initial')),
    fromReleaseId TEXT REFERENCES releases(id), toReleaseId TEXT NOT NULL REFERENCES releases(id), rolloutId TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('in progress','completed','tripped','superseded','aborted'))) STRICT`,
  `CREATE INDEX targetChangesBySubscription ON targetChanges (subscriptionId, id)`,

  `CREATE TABLE rollouts (
    id TEXT PRIMARY KEY, fleetId TEXT NOT NULL REFERENCES fleets(id), kind TEXT NOT NULL CHECK (kind IN ('update','rollback')),
    state TEXT NOT NULL CHECK (state IN ('planned','running','paused','tripped','completed','superseded','aborted')),
    salt TEXT NOT NULL, reason TEXT NOT NULL, stateReason TEXT NOT NULL, createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL,
    startedAt INTEGER, finishedAt INTEGER, supersededBy TEXT REFERENCES rollouts(id), revision INTEGER NOT NULL) STRICT`,
  `CREATE INDEX rolloutsByFleet ON rollouts (fleetId, createdAt)`,
  `CREATE INDEX rolloutsByState ON rollouts (state)`,
  `CREATE TABLE rolloutTargets (
    rolloutId TEXT NOT NULL REFERENCES rollouts(id) ON DELETE CASCADE, subscriptionId TEXT NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
    applicationId TEXT NOT NULL REFERENCES applications(id), fromReleaseId TEXT REFERENCES releases(id), toReleaseId TEXT NOT NULL REFERENCES releases(id),
    active INTEGER NOT NULL, PRIMARY KEY (rolloutId, subscriptionId)) STRICT`,
  // At most one active rollout per subscription, whatever the interleaving.
  `CREATE UNIQUE INDEX oneActiveRollout ON rolloutTargets (subscriptionId) WHERE active = 1`,
  `CREATE TABLE waves (
    id TEXT PRIMARY KEY, rolloutId TEXT NOT NULL REFERENCES rollouts(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, groupId TEXT NOT NULL REFERENCES groups(id),
    selector TEXT NOT NULL, gate TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending','open','baking','passed','tripped','skipped')),
    openedAt INTEGER, bakedMs INTEGER NOT NULL, bakeJudgedAt INTEGER, approvedBy TEXT, finishedAt INTEGER, UNIQUE (rolloutId, ordinal)) STRICT`,
  `CREATE TABLE waveMembers (
    waveId TEXT NOT NULL REFERENCES waves(id) ON DELETE CASCADE, hostId TEXT NOT NULL REFERENCES hosts(id), subscriptionId TEXT NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting','updating','succeeded','failed','excluded')), reason TEXT NOT NULL, updatedAt INTEGER NOT NULL,
    PRIMARY KEY (waveId, hostId, subscriptionId)) STRICT, WITHOUT ROWID`,
  `CREATE INDEX waveMembersByHost ON waveMembers (hostId)`,
  `CREATE TABLE grants (
    id TEXT PRIMARY KEY, hostId TEXT NOT NULL REFERENCES hosts(id), applicationId TEXT NOT NULL REFERENCES applications(id),
    subscriptionId TEXT NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE, rolloutId TEXT REFERENCES rollouts(id), releaseId TEXT NOT NULL REFERENCES releases(id),
    state TEXT NOT NULL CHECK (state IN ('active','completed','failed','expired','revoked')),
    issuedAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, goAt INTEGER, endedAt INTEGER, reason TEXT NOT NULL) STRICT`,
  // A host has at most one live grant for an application.
  `CREATE UNIQUE INDEX oneActiveGrant ON grants (hostId, applicationId) WHERE state = 'active'`,
  `CREATE INDEX grantsBySubscription ON grants (subscriptionId, issuedAt)`,
  `CREATE TABLE commands (
    id TEXT PRIMARY KEY, hostId TEXT NOT NULL REFERENCES hosts(id) ON DELETE CASCADE, body TEXT NOT NULL, createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL,
    expiresAt INTEGER NOT NULL, sentAt INTEGER, acknowledgedAt INTEGER, finishedAt INTEGER, outcome TEXT, message TEXT, output TEXT) STRICT`,
  `CREATE INDEX commandsOpen ON commands (hostId) WHERE finishedAt IS NULL`,

  `CREATE TABLE timers (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, dueAt INTEGER NOT NULL, UNIQUE (kind, subject)) STRICT`,
  `CREATE INDEX timersByDue ON timers (dueAt)`,

  `CREATE TABLE auditEntries (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, fleetId TEXT,
    reason TEXT NOT NULL, details TEXT NOT NULL, previousHash TEXT NOT NULL, hash TEXT NOT NULL) STRICT`,
  `CREATE TABLE auditCheckpoints (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL, keyId TEXT NOT NULL, signature TEXT NOT NULL) STRICT`,
  `CREATE TABLE liveEvents (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, topic TEXT NOT NULL, ids TEXT NOT NULL, fleetId TEXT) STRICT`,

  `CREATE TABLE apiTokens (
    id TEXT PRIMARY KEY, label TEXT NOT NULL, secretSha256 TEXT NOT NULL UNIQUE, role TEXT NOT NULL, fleets TEXT NOT NULL, createdAt INTEGER NOT NULL,
    createdBy TEXT NOT NULL, expiresAt INTEGER, lastUsedAt INTEGER, revokedAt INTEGER) STRICT`,
  `CREATE TABLE sessions (
    secretSha256 TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('login-link','session')), name TEXT NOT NULL, role TEXT NOT NULL, fleets TEXT NOT NULL,
    createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL) STRICT`,
] as const;

/** The whole first model. Later migrations only add or convert; each is tested from the state before it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
