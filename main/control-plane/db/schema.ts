import type { Generated } from "kysely";
import type { AdoptionTables } from "./adoption-tables.ts";
import type { DeltaTables } from "./delta-tables.ts";
import type { PublicationTables } from "./publication-tables.ts";
import type { TrustTables } from "./trust-tables.ts";

type Flag = 0 | 1;

/** A JSON document in a TEXT column: written with JSON.stringify, read through its zod schema. */
type JsonText = string;

type ApplicationTable = {
  id: string;
  productId: string;
  name: string;
  kind: "process";
  description: string;
  createdAt: number;
  revision: number;
  /** What the application's role has signed as the version below which no host may go. */
  minimumVersion: Generated<string | null>;
};
type ReleaseTable = {
  id: string;
  applicationId: string;
  version: string;
  state: "draft" | "published" | "withdrawn";
  notes: string;
  runSpec: JsonText;
  createdAt: number;
  createdBy: string;
  publishedAt: number | null;
  withdrawnAt: number | null;
  manifestSha256: string | null;
  blockedAt: number | null;
  blockedBy: string | null;
  blockedReason: string | null;
  /** The application's name as the signed documents have it. */
  publishedName: Generated<string | null>;
  revision: number;
};
type ArtifactTable = {
  id: string;
  releaseId: string;
  platform: string;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  sha1: string;
  sha512: string;
  format: string;
};
type ChannelTable = {
  id: string;
  applicationId: string;
  name: string;
  releaseId: string | null;
  updatedAt: number;
  revision: number;
};
type UploadTable = {
  id: string;
  fileName: string;
  sizeBytes: number;
  receivedBytes: number;
  state: "receiving" | "verifying" | "ready" | "consumed" | "failed";
  sha256: string | null;
  sha1: string | null;
  sha512: string | null;
  inspection: JsonText | null;
  duplicate: Flag;
  errorCode: string | null;
  errorMessage: string | null;
  createdBy: string;
  createdAt: number;
  updatedAt: number;
};
type FleetTable = {
  id: string;
  name: string;
  description: string;
  createdAt: number;
  /** Bytes a second for all of its hosts together; null is unbounded. */
  downloadBytesPerSecond: number | null;
  revision: number;
};
type GroupTable = { id: string; fleetId: string; name: string; position: number; revision: number };
type EnrolmentTokenTable = {
  id: string;
  fleetId: string;
  groupId: string;
  label: string;
  secretSha256: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  maxUses: number;
  uses: number;
  requiresApproval: Flag;
  revokedAt: number | null;
  /** The root that the token pins, which is what a host that enrols with it starts from. */
  rootVersion: Generated<number>;
};
type HostTable = {
  id: string;
  fleetId: string;
  groupId: string;
  name: string;
  publicKey: string;
  state: "pending" | "active" | "revoked";
  connection: "connected" | "disconnected" | "cloned";
  lastSeenAt: number | null;
  enrolledAt: number;
  facts: JsonText | null;
  /** From the facts, for choosing artifacts in SQL. */
  platform: string | null;
  labels: JsonText;
  pinnedReleaseId: string | null;
  /** The agent's last boot and the highest report sequence of that boot that is committed. */
  boot: string | null;
  sequence: Generated<number>;
  /** Pair and digest of the last desired document made for this host; a changed document gets the next revision. */
  desiredEpoch: Generated<number>;
  desiredRevision: Generated<number>;
  desiredDigest: string | null;
  revision: number;
};
type HostApplicationTable = {
  hostId: string;
  applicationId: string;
  currentReleaseId: string | null;
  currentVersion: string | null;
  currentDigest: string | null;
  candidateReleaseId: string | null;
  phase: string;
  grantId: string | null;
  healthy: Flag;
  /** The whole `reportedApplication`. */
  reported: JsonText;
  reportedAt: number;
  /** Receipt of the first of the reports in a row that call it unwell. */
  unwellSince: number | null;
};
type HostEventTable = {
  id: Generated<number>;
  hostId: string;
  at: number;
  kind: string;
  applicationId: string | null;
  releaseId: string | null;
  message: string;
  details: JsonText;
};
type SignedReportTable = {
  id: Generated<number>;
  hostId: string;
  fleetId: string;
  publicKey: string;
  boot: string;
  sequence: number;
  at: number;
  body: JsonText;
  signature: string;
};
type HostQuarantineTable = {
  hostId: string;
  applicationId: string;
  releaseId: string;
  digest: string;
  reason: string;
  at: number;
  expiresAt: number | null;
};
type SubscriptionTable = {
  id: string;
  groupId: string;
  applicationId: string;
  channelId: string | null;
  following: Flag;
  targetReleaseId: string | null;
  previousTargetReleaseId: string | null;
  policy: JsonText;
  canaryHostId: string | null;
  revision: number;
};
type TargetChangeTable = {
  id: Generated<number>;
  subscriptionId: string;
  at: number;
  actor: string;
  reason: string;
  cause: "rollout" | "rollback" | "channel" | "initial";
  fromReleaseId: string | null;
  toReleaseId: string;
  rolloutId: string | null;
  outcome: "in progress" | "completed" | "tripped" | "superseded" | "aborted";
};
type RolloutTable = {
  id: string;
  fleetId: string;
  kind: "update" | "rollback";
  state: "planned" | "running" | "paused" | "tripped" | "completed" | "superseded" | "aborted";
  salt: string;
  reason: string;
  stateReason: string;
  createdAt: number;
  createdBy: string;
  startedAt: number | null;
  finishedAt: number | null;
  supersededBy: string | null;
  revision: number;
};
type RolloutTargetTable = {
  rolloutId: string;
  subscriptionId: string;
  applicationId: string;
  fromReleaseId: string | null;
  toReleaseId: string;
  active: Flag;
};
type WaveTable = {
  id: string;
  rolloutId: string;
  ordinal: number;
  groupId: string;
  selector: JsonText;
  gate: JsonText;
  state: "pending" | "open" | "baking" | "passed" | "tripped" | "skipped";
  openedAt: number | null;
  bakedMs: number;
  bakeJudgedAt: number | null;
  approvedBy: string | null;
  finishedAt: number | null;
};
type WaveMemberTable = {
  waveId: string;
  hostId: string;
  subscriptionId: string;
  state: "waiting" | "updating" | "succeeded" | "failed" | "excluded";
  reason: string;
  updatedAt: number;
};
type GrantTable = {
  id: string;
  hostId: string;
  applicationId: string;
  subscriptionId: string;
  rolloutId: string | null;
  releaseId: string;
  state: "active" | "completed" | "failed" | "expired" | "revoked";
  issuedAt: number;
  expiresAt: number;
  /** When the go for the switch was given. */
  goAt: number | null;
  endedAt: number | null;
  reason: string;
};
type CommandTable = {
  id: string;
  hostId: string;
  body: JsonText;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  sentAt: number | null;
  acknowledgedAt: number | null;
  finishedAt: number | null;
  outcome: string | null;
  message: string | null;
  output: string | null;
};
type TimerTable = { id: string; kind: string; subject: string; dueAt: number };
type AuditEntryTable = {
  sequence: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  fleetId: string | null;
  reason: string;
  details: JsonText;
  previousHash: string;
  hash: string;
};
type AuditCheckpointTable = {
  sequence: number;
  hash: string;
  at: number;
  keyId: string;
  signature: string;
};
type LiveEventTable = {
  sequence: number;
  at: number;
  topic: string;
  ids: JsonText;
  fleetId: string | null;
};
type ApiTokenTable = {
  id: string;
  label: string;
  secretSha256: string;
  role: string;
  fleets: JsonText;
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
};
type SessionTable = {
  secretSha256: string;
  kind: "login-link" | "session";
  name: string;
  role: string;
  fleets: JsonText;
  createdAt: number;
  expiresAt: number;
};

/** Every table of the control plane, as Kysely sees it. The SQL is in `migrations/`; a test compares the two. */
export type Schema = TrustTables &
  PublicationTables &
  AdoptionTables &
  DeltaTables & {
    settings: { key: string; value: JsonText };
    applications: ApplicationTable;
    releases: ReleaseTable;
    artifacts: ArtifactTable;
    channels: ChannelTable;
    uploads: UploadTable;
    fleets: FleetTable;
    groups: GroupTable;
    enrolmentTokens: EnrolmentTokenTable;
    hosts: HostTable;
    hostApplications: HostApplicationTable;
    hostEvents: HostEventTable;
    signedReports: SignedReportTable;
    hostQuarantines: HostQuarantineTable;
    subscriptions: SubscriptionTable;
    targetChanges: TargetChangeTable;
    rollouts: RolloutTable;
    rolloutTargets: RolloutTargetTable;
    waves: WaveTable;
    waveMembers: WaveMemberTable;
    grants: GrantTable;
    commands: CommandTable;
    timers: TimerTable;
    auditEntries: AuditEntryTable;
    auditCheckpoints: AuditCheckpointTable;
    liveEvents: LiveEventTable;
    apiTokens: ApiTokenTable;
    sessions: SessionTable;
  };
