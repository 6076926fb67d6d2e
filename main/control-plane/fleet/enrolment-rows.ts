import type { Kysely, Selectable } from "kysely";
import type { HostId } from "#shared/lib/ids.ts";
import type { EnrolRequest } from "#shared/protocol/enrolment.ts";
import type { Schema } from "../db/schema.ts";
import type { WriteUnit } from "../db/store.ts";
import { addHostEvent } from "./host-timeline.ts";
import type { TokenRecord } from "./token-repository.ts";

/** What enrolment needs to know of a host that is there already. */
export type KnownHost = Pick<Selectable<Schema["hosts"]>, "id" | "fleetId" | "state">;

/** A host that is about to be registered. */
export type NewHost = {
  readonly hostId: HostId;
  readonly state: "pending" | "active";
  readonly request: EnrolRequest;
  readonly token: TokenRecord;
};

/** The host with this key, whichever fleet it is in: a key is one identity everywhere. */
export function findHostByKey(db: Kysely<Schema>, publicKey: string): Promise<KnownHost | undefined> {
  return db.selectFrom("hosts").select(["id", "fleetId", "state"]).where("publicKey", "=", publicKey).executeTakeFirst();
}

/** Registers the host in the group that its token names, with the first line of its timeline. */
export async function insertHost(unit: WriteUnit, { hostId, state, request, token }: NewHost): Promise<void> {
  await unit.db
    .insertInto("hosts")
    .values({
      id: hostId,
      fleetId: token.fleetId,
      groupId: token.groupId,
      name: request.name,
      publicKey: request.publicKey,
      state,
      connection: "disconnected",
      lastSeenAt: unit.now,
      enrolledAt: unit.now,
      facts: JSON.stringify(request.facts),
      platform: request.facts.platform,
      labels: "{}",
      pinnedReleaseId: null,
      boot: null,
      desiredDigest: null,
      revision: 0,
    })
    .execute();
  const waits = state === "pending" ? "; it waits for approval" : "";
  await addHostEvent(unit, hostId, { kind: "enrolled", message: `Enrolled with a token${waits}.`, details: { tokenId: token.id } });
}
