import type { Kysely } from "kysely";
import type { CommandBody } from "#shared/protocol/control-frames.ts";
import type { Schema } from "../db/schema.ts";
import type { HostRecord } from "./host-repository.ts";

/** An application that a host runs or should run. */
export type HostApplication = { readonly id: string; readonly name: string };

/** The application, when the host reports it or its group is subscribed to it. */
export function findHostApplication(db: Kysely<Schema>, host: HostRecord, applicationId: string): Promise<HostApplication | undefined> {
  return db
    .selectFrom("applications")
    .select(["id", "name"])
    .where("id", "=", applicationId)
    .where((eb) =>
      eb.or([
        eb.exists(
          eb.selectFrom("hostApplications").select("hostId").where("hostId", "=", host.id).where("applicationId", "=", applicationId),
        ),
        eb.exists(
          eb.selectFrom("subscriptions").select("id").where("groupId", "=", host.groupId).where("applicationId", "=", applicationId),
        ),
      ]),
    )
    .executeTakeFirst();
}

/** The id of an equal command that is neither finished nor expired. */
export async function findOpenCommand(db: Kysely<Schema>, hostId: string, body: CommandBody, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom("commands")
    .select("id")
    .where("hostId", "=", hostId)
    .where("finishedAt", "is", null)
    .where("expiresAt", ">", now)
    .where("body", "=", JSON.stringify(body))
    .executeTakeFirst();
  return row?.id;
}

/** Whether the host reports the release to be in quarantine there. */
export async function isQuarantinedThere(
  db: Kysely<Schema>,
  hostId: string,
  body: Extract<CommandBody, { readonly kind: "lift-quarantine" }>,
): Promise<boolean> {
  const row = await db
    .selectFrom("hostQuarantines")
    .select("hostId")
    .where("hostId", "=", hostId)
    .where("applicationId", "=", body.applicationId)
    .where("releaseId", "=", body.releaseId)
    .executeTakeFirst();
  return row !== undefined;
}
