import type { Kysely, Selectable } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { Schema } from "../db/schema.ts";
import { FleetRepository } from "./fleet-repository.ts";
import { GroupRepository } from "./group-repository.ts";
import type { HostRecord } from "./host-repository.ts";
import type { Offer } from "./offers.ts";

type Reported = Selectable<Schema["hostApplications"]> & { readonly applicationName: string };
type Release = { readonly id: string; readonly applicationId: string; readonly version: string };

/** Ids of one statement; SQLite takes at most 32,766 values. */
const CHUNK = 10_000;

/** Everything beside their own rows that some hosts are described with, read at once and looked up by host. */
export type HostParts = {
  names(host: HostRecord): { readonly groupName: string; readonly fleetName: string };
  reported(hostId: string): readonly Reported[];
  offers(groupId: string): readonly Offer[];
  /** Its pin, when it is to a release of this application. */
  pinned(host: HostRecord, applicationId: string): Release | undefined;
  /** Whether a wave of the rollout behind the offer took the host. */
  isMember(hostId: string, offer: Offer): boolean;
};

/** Reads what these hosts need, in a handful of statements whatever their number. */
export async function readHostParts(
  db: Kysely<Schema>,
  scope: FleetScope,
  hosts: readonly HostRecord[],
  offers: readonly Offer[],
): Promise<HostParts> {
  const ids = hosts.map((host) => host.id);
  const reported = Map.groupBy(await inChunks(ids, (chunk) => readReported(db, chunk)), (row) => row.hostId);
  const pins = [...new Set(hosts.flatMap((host) => host.pinnedReleaseId ?? []))];
  const releases = new Map((await inChunks(pins, (chunk) => readReleases(db, chunk))).map((release) => [release.id, release]));
  const members = new Set(await readMembers(db, ids, offers));
  const groupNames = new Map((await new GroupRepository(db, scope).list()).map((group) => [group.id, group.name]));
  const fleetNames = new Map((await new FleetRepository(db, scope).list()).map((fleet) => [fleet.id, fleet.name]));
  const offersByGroup = Map.groupBy(offers, (offer): string => offer.subscription.groupId);
  return {
    names: (host) => ({ groupName: groupNames.get(host.groupId) ?? "", fleetName: fleetNames.get(host.fleetId) ?? "" }),
    reported: (hostId) => reported.get(hostId) ?? [],
    offers: (groupId) => offersByGroup.get(groupId) ?? [],
    pinned: (host, applicationId) => {
      const release = releases.get(host.pinnedReleaseId ?? "");
      return release?.applicationId === applicationId ? release : undefined;
    },
    isMember: (hostId, { subscription }) => members.has(memberKey(hostId, subscription.id)),
  };
}

const memberKey = (hostId: string, subscriptionId: string): string => `${hostId}/${subscriptionId}`;

async function inChunks<T>(ids: readonly string[], read: (chunk: readonly string[]) => Promise<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += CHUNK) found.push(...(await read(ids.slice(from, from + CHUNK))));
  return found;
}

function readReported(db: Kysely<Schema>, hostIds: readonly string[]): Promise<Reported[]> {
  return db
    .selectFrom("hostApplications")
    .innerJoin("applications", "applications.id", "hostApplications.applicationId")
    .selectAll("hostApplications")
    .select("applications.name as applicationName")
    .where("hostApplications.hostId", "in", hostIds)
    .orderBy("applications.name")
    .execute();
}

function readReleases(db: Kysely<Schema>, ids: readonly string[]): Promise<Release[]> {
  return db.selectFrom("releases").select(["id", "applicationId", "version"]).where("id", "in", ids).execute();
}

async function readMembers(db: Kysely<Schema>, hostIds: readonly string[], offers: readonly Offer[]): Promise<readonly string[]> {
  const rolloutIds = [...new Set(offers.flatMap((offer) => offer.rollout?.id ?? []))];
  if (rolloutIds.length === 0) return [];
  const rows = await inChunks(hostIds, (chunk) =>
    db
      .selectFrom("waveMembers")
      .innerJoin("waves", "waves.id", "waveMembers.waveId")
      .select(["waveMembers.hostId", "waveMembers.subscriptionId"])
      .where("waveMembers.hostId", "in", chunk)
      .where("waves.rolloutId", "in", rolloutIds)
      .where("waveMembers.state", "!=", "excluded")
      .execute(),
  );
  return rows.map((row) => memberKey(row.hostId, row.subscriptionId));
}
