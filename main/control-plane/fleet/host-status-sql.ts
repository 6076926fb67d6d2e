import { sql, type RawBuilder, type SqlBool } from "kysely";
import { MOVING_PHASES, SPOILT_PHASES, type HostStatus } from "#shared/domain/host/host-status.ts";
import { isAbandoned, type Offer } from "./offers.ts";

/** What the statuses of hosts depend on beside their own rows. */
export type StatusContext = {
  /** A host whose last word is older (epoch milliseconds) is silent. */
  readonly silentBefore: number;
  readonly offers: readonly Offer[];
};

type Condition = RawBuilder<SqlBool>;

/**
 * `hostStatus` of shared/domain/host as a condition over rows of `hosts`, so that 100,000 hosts are filtered where they
 * lie: few are not simply serving, and those come from an index of their own (`hostApplicationsAstir`). A test holds the
 * two against each other over every combination.
 */
export function hasStatus(status: HostStatus, context: StatusContext): Condition {
  const { silentBefore } = context;
  const failed = sql`select a."hostId" from ${ASTIR} and ${isFailedPart(context)}`;
  const moving = sql`select a."hostId" from ${ASTIR} and ${isMovingPart(context)}`;
  const waiting = sql`select a."hostId" from ${ASTIR} and ${isWaitingPart()}`;
  const paused = sql`${waiting} union all ${pausedHosts(idsOf(context))}`;
  const speaks = sql<SqlBool>`(hosts.state = 'active' and hosts.connection <> 'cloned' and hosts."lastSeenAt" >= ${silentBefore})`;
  switch (status) {
    case "failed":
      return sql<SqlBool>`((hosts.state = 'active' and hosts.connection = 'cloned') or (${speaks} and ${isAmong(failed)}))`;
    case "paused":
      return sql<SqlBool>`(hosts.state = 'pending' or (${speaks} and ${isAmong(paused)} and not ${isAmong(failed)}))`;
    case "progressing":
      return sql<SqlBool>`(${speaks} and ${isAmong(moving)} and not ${isAmong(paused)} and not ${isAmong(failed)})`;
    case "healthy":
      return sql<SqlBool>`(${speaks} and not ${isAmong(moving)} and not ${isAmong(paused)} and not ${isAmong(failed)})`;
    case "unknown":
      return sql<SqlBool>`(hosts.state = 'revoked' or (hosts.state = 'active' and hosts.connection <> 'cloned'
        and (hosts."lastSeenAt" is null or hosts."lastSeenAt" < ${silentBefore})))`;
  }
}

/** Subscriptions that stopped offering, and those whose rollout was given up. */
type Special = { readonly paused: readonly string[]; readonly abandoned: readonly string[] };

function idsOf({ offers }: StatusContext): Special {
  return {
    paused: offers.filter(({ subscription }) => subscription.policy.paused).map(({ subscription }) => subscription.id),
    abandoned: offers.filter(isAbandoned).map(({ subscription }) => subscription.id),
  };
}

/** @param hostIds a query of host ids. */
function isAmong(hostIds: RawBuilder<unknown>): Condition {
  return sql<SqlBool>`(hosts.id in (${hostIds}))`;
}

const literals = (texts: readonly string[]): RawBuilder<unknown> => sql.join(texts.map((text) => sql.lit(text)));

/** `a` a report, `h` its host, `s` the subscription to it, `p` the host's pin when it is of this application. */
const REPORTED = sql`"hostApplications" a
  join hosts h on h.id = a."hostId"
  left join subscriptions s on s."groupId" = h."groupId" and s."applicationId" = a."applicationId"
  left join releases p on p.id = h."pinnedReleaseId" and p."applicationId" = a."applicationId"`;

/** The very words of the partial index, without which it is not used. */
const IS_ASTIR = sql`(a.phase not in ('idle', 'healthy') or a.healthy = 0 or a."currentReleaseId" is null)`;
const IS_MOVING = sql`a.phase in (${literals(MOVING_PHASES)})`;
/** `applicationWaitOf`: a report is opened only where something lies ready. */
const IS_WAITING = sql`(a.phase = 'staged' and
  (json_extract(a.reported, '$.updateLock') is not null or json_extract(a.reported, '$.waiting') is not null))`;
const IS_SPOILT = sql`a.phase in (${literals(SPOILT_PHASES)})`;

/** Reports of applications that are not simply serving, with the parts `isFailedPart` and `isMovingPart` speak of. */
export const ASTIR = sql`${REPORTED} where ${IS_ASTIR}`;

/** Of a report that is astir: it needs a person. */
export function isFailedPart(context: StatusContext): Condition {
  const wanted = wantedRelease(idsOf(context).abandoned);
  const isOldNews = sql`(a."candidateReleaseId" is not null and (${wanted} is null or a."candidateReleaseId" <> ${wanted}))`;
  const isWell = sql`(a.healthy = 1 and (coalesce(a."currentReleaseId" = ${wanted}, false) or ${isOldNews}))`;
  return sql<SqlBool>`(not ${IS_MOVING} and case
    when ${IS_SPOILT} then not ${isWell}
    else a."currentReleaseId" is not null and a.healthy = 0 end)`;
}

/** Of a report that is astir: it is on its way to another release. */
export function isMovingPart(context: StatusContext): Condition {
  const { paused: pausedIds, abandoned } = idsOf(context);
  const isAwaited = sql`(not coalesce(${isOneOf(pausedIds)}, false) and ${wantedRelease(abandoned)} is not null)`;
  return sql<SqlBool>`((${IS_MOVING} and not ${IS_WAITING}) or (not ${IS_SPOILT} and a."currentReleaseId" is null and ${isAwaited}))`;
}

/** Of a report that is astir: what lies ready waits for the word of its own host. */
export function isWaitingPart(): Condition {
  return sql<SqlBool>`${IS_WAITING}`;
}

function pausedHosts({ paused: pausedIds, abandoned }: Special): RawBuilder<unknown> {
  const wanted = wantedRelease(abandoned);
  const waits = sql`${isOneOf(pausedIds)} and ${wanted} is not null`;
  return sql`select a."hostId" from ${REPORTED} where ${waits} and not ${IS_MOVING} and not ${IS_SPOILT}
      and (a."currentReleaseId" is null or (a.healthy = 1 and a."currentReleaseId" <> ${wanted}))`;
}

function wantedRelease(abandoned: readonly string[]): RawBuilder<unknown> {
  return sql`coalesce(p.id, case when ${isOneOf(abandoned)} then s."previousTargetReleaseId" else s."targetReleaseId" end)`;
}

function isOneOf(subscriptionIds: readonly string[]): Condition {
  return subscriptionIds.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`s.id in (${sql.join(subscriptionIds)})`;
}
