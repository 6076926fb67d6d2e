import type { Kysely, Selectable } from "kysely";
import { hostRow, type HostRow } from "#shared/contract/fleets.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { hostStatus, type ApplicationCondition } from "#shared/domain/host/host-status.ts";
import { applicationWaitOf, type ApplicationWait } from "#shared/domain/host/application-wait.ts";
import { hostPhase, reportedApplication } from "#shared/domain/host/reported.ts";
import { readJson } from "../db/read-json.ts";
import type { Schema } from "../db/schema.ts";
import { withoutNulls } from "../db/without-nulls.ts";
import type { HostRecord } from "./host-repository.ts";
import { readHostParts, type HostParts } from "./host-parts.ts";
import { isAbandoned, type Offer } from "./offers.ts";
import type { StatusContext } from "./host-status-sql.ts";
import { wantedVersion } from "./wanted-version.ts";

type Reported = Selectable<Schema["hostApplications"]> & { readonly applicationName: string };
type Part = {
  readonly applicationId: string;
  readonly name: string;
  readonly offer: Offer | undefined;
  readonly reported: Reported | undefined;
};

/** Hosts as lists show them: what they run, what they should, and the one word for each. Order is kept. */
export async function readHostRows(
  db: Kysely<Schema>,
  scope: FleetScope,
  hosts: readonly HostRecord[],
  context: StatusContext,
): Promise<HostRow[]> {
  const parts = await readHostParts(db, scope, hosts, context.offers);
  return hosts.map((host) => toHostRow(host, parts, context));
}

function toHostRow(host: HostRecord, parts: HostParts, context: StatusContext): HostRow {
  const mine = partsOf(host, parts);
  const condition = {
    state: host.state,
    connection: host.connection,
    lastSeenAt: host.lastSeenAt ?? undefined,
    applications: mine.flatMap((part) => (part.reported === undefined ? [] : conditionOf(host, part, part.reported, parts))),
  };
  return hostRow.parse({
    ...withoutNulls(host),
    facts: host.facts === null ? undefined : readJson(host.facts),
    labels: readJson(host.labels),
    ...parts.names(host),
    applications: mine.map((part) => describe(host, part, parts)),
    status: hostStatus(condition, context.silentBefore),
  });
}

/** Subscribed applications first, then what a host reports without any subscription to it. */
function partsOf(host: HostRecord, parts: HostParts): readonly Part[] {
  const reported = parts.reported(host.id);
  const offers = parts.offers(host.groupId);
  const subscribed = offers.map((offer) => ({
    applicationId: offer.subscription.applicationId,
    name: offer.subscription.applicationName,
    offer,
    reported: reported.find((one) => one.applicationId === offer.subscription.applicationId),
  }));
  const others = reported
    .filter((one) => subscribed.every((part) => part.applicationId !== one.applicationId))
    .map((one) => ({ applicationId: one.applicationId, name: one.applicationName, offer: undefined, reported: one }));
  return [...subscribed, ...others];
}

function conditionOf(host: HostRecord, { applicationId, offer }: Part, reported: Reported, parts: HostParts): ApplicationCondition {
  const target =
    offer !== undefined && isAbandoned(offer) ? offer.subscription.previousTargetReleaseId : offer?.subscription.targetReleaseId;
  return {
    phase: hostPhase.parse(reported.phase),
    healthy: reported.healthy === 1,
    currentReleaseId: reported.currentReleaseId ?? undefined,
    candidateReleaseId: reported.candidateReleaseId ?? undefined,
    targetReleaseId: parts.pinned(host, applicationId)?.id ?? target,
    paused: offer?.subscription.policy.paused ?? false,
    waits: waitIn(reported) !== undefined,
  };
}

function describe(host: HostRecord, { applicationId, name, offer, reported }: Part, parts: HostParts): object {
  const pinned = parts.pinned(host, applicationId);
  const wanted =
    offer === undefined
      ? undefined
      : wantedVersion(offer, {
          currentReleaseId: reported?.currentReleaseId ?? undefined,
          isMember: parts.isMember(host.id, offer),
          pinned,
        });
  return {
    applicationId,
    name,
    desiredVersion: wanted?.version,
    currentVersion: reported?.currentVersion ?? undefined,
    phase: reported?.phase ?? "idle",
    healthy: reported?.healthy === 1,
    hold: wanted?.hold,
    wait: reported && waitIn(reported),
  };
}

/** The whole report is read of those few only that have a release lying ready. */
function waitIn({ phase, reported }: Reported): ApplicationWait | undefined {
  const told = phase === "staged" ? reportedApplication.safeParse(readJson(reported)).data : undefined;
  return told && applicationWaitOf(told);
}
