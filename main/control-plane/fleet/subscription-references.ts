import type { Kysely } from "kysely";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";

/** A channel that a subscription may follow. `installable` is its release, when hosts may install it. */
export type ChannelChoice = {
  readonly id: string;
  readonly name: string;
  readonly applicationId: string;
  readonly installable: { readonly id: string; readonly version: string } | undefined;
};

/** @throws AppError NOT_FOUND. */
export async function findApplication(db: Kysely<Schema>, id: string): Promise<{ readonly id: string; readonly name: string }> {
  const row = await db.selectFrom("applications").select(["id", "name"]).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new AppError("NOT_FOUND", "There is no such application; nothing was made.");
  return row;
}

/** @throws AppError NOT_FOUND. */
export async function requireChannel(db: Kysely<Schema>, id: string): Promise<ChannelChoice> {
  const row = await db
    .selectFrom("channels")
    .leftJoin("releases", "releases.id", "channels.releaseId")
    .select(["channels.id", "channels.name", "channels.applicationId", "releases.id as releaseId"])
    .select(["releases.version", "releases.state", "releases.blockedAt"])
    .where("channels.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new AppError("NOT_FOUND", "There is no such channel; nothing was changed.");
  const { releaseId, version, state, blockedAt, ...channel } = row;
  const mayInstall = releaseId !== null && version !== null && state === "published" && blockedAt === null;
  return { ...channel, installable: mayInstall ? { id: releaseId, version } : undefined };
}

/** A channel of this application. @throws AppError NOT_FOUND, INPUT_INVALID when it is another application's. */
export async function findChannel(db: Kysely<Schema>, id: string, applicationId: string): Promise<ChannelChoice> {
  const channel = await requireChannel(db, id);
  if (channel.applicationId === applicationId) return channel;
  throw new AppError("INPUT_INVALID", `The channel "${channel.name}" belongs to another application; nothing was changed.`, {
    details: { field: "channelId" },
  });
}
