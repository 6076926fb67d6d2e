import { sql, type RawBuilder, type SqlBool } from "kysely";
import { MOVING_PHASES, SPOILT_PHASES, type HostStatus } from "#shared/domain/host/host-status.ts";
import { isAbandoned, type Offer } from "./offers.ts";

/** What the statuses of hosts depend on beside their own rows. */
export type StatusContext = {
  /** A host whose last word is older (epoch milliseconds) is silent. */
  readonly silentBefore: number;
  readonly offers: readonly Offer[];
};

const HEALTHY = 1;
const UNKNOWN = 2;
const PROGRESSING = 3;
const PAUSED = 4;
const FAILED = 5;

/**
 * `hostStatus` of shared/domain/host as SQL over a row of `hosts`, so that lists of 100,000 hosts are filtered where they
 * lie. The two are held against each other by a test over every combination.
 */
export function hostStatusSql({ silentBefore, offers }: StatusContext): RawBuilder<HostStatus> {
  const paused = offers.filter(({ subscription }) => subscription.policy.paused).map(({ subscription }) => subscription.id);
  const abandoned = offers.filter(isAbandoned).map(({ subscription }) => subscription.id);
  const rank = sql<number>`(select max(r) from (
    select ${reportedRank(paused, abandoned)} as r ${REPORTED}
    union all select ${absentRank(paused, abandoned)} ${ABSENT}
    union all select ${HEALTHY}))`;
  return sql<HostStatus>`case
    when hosts.state = 'revoked' then 'unknown'
    when hosts.state = 'pending' then 'paused'
    when hosts.connection = 'cloned' then 'failed'
    when hosts."lastSeenAt" is null or hosts."lastSeenAt" < ${silentBefore} then 'unknown'
    else case ${rank} when ${FAILED} then 'failed' when ${PAUSED} then 'paused' when ${PROGRESSING} then 'progressing'
      when ${UNKNOWN} then 'unknown' else 'healthy' end
    end`;
}

/** The applications that a host reported: `a` the report, `s` the subscription, `p` the pin when it is of this application. */
const REPORTED = sql`from "hostApplications" a
  left join subscriptions s on s."groupId" = hosts."groupId" and s."applicationId" = a."applicationId"
  left join releases p on p.id = hosts."pinnedReleaseId" and p."applicationId" = a."applicationId"
  where a."hostId" = hosts.id`;

/** The applications that its group is subscribed to and that it has never reported. */
const ABSENT = sql`from subscriptions s
  left join releases p on p.id = hosts."pinnedReleaseId" and p."applicationId" = s."applicationId"
  where s."groupId" = hosts."groupId" and not exists (
    select 1 from "hostApplications" a where a."hostId" = hosts.id and a."applicationId" = s."applicationId")`;

function wantedRelease(abandoned: readonly string[]): RawBuilder<string | null> {
  return sql<string | null>`coalesce(p.id, case when ${isOneOf(abandoned)} then s."previousTargetReleaseId" else s."targetReleaseId" end)`;
}

function reportedRank(paused: readonly string[], abandoned: readonly string[]): RawBuilder<number> {
  const wanted = wantedRelease(abandoned);
  return sql<number>`case
    when a.phase in (${sql.join(MOVING_PHASES)}) then ${PROGRESSING}
    when a.phase in (${sql.join(SPOILT_PHASES)}) then case
      when a.healthy = 1 and (a."currentReleaseId" = ${wanted}
        or (a."candidateReleaseId" is not null and (${wanted} is null or a."candidateReleaseId" <> ${wanted}))) then ${HEALTHY}
      else ${FAILED} end
    when a."currentReleaseId" is null then ${awaitedRank(wanted, paused)}
    when a.healthy = 0 then ${FAILED}
    when ${isOneOf(paused)} and a."currentReleaseId" <> ${wanted} then ${PAUSED}
    else ${HEALTHY} end`;
}

function absentRank(paused: readonly string[], abandoned: readonly string[]): RawBuilder<number> {
  return awaitedRank(wantedRelease(abandoned), paused);
}

function awaitedRank(wanted: RawBuilder<string | null>, paused: readonly string[]): RawBuilder<number> {
  return sql<number>`case when ${wanted} is null then ${HEALTHY} when ${isOneOf(paused)} then ${PAUSED} else ${PROGRESSING} end`;
}

function isOneOf(subscriptionIds: readonly string[]): RawBuilder<SqlBool> {
  return subscriptionIds.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`s.id in (${sql.join(subscriptionIds)})`;
}
