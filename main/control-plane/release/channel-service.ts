import type { Principal } from "#shared/domain/access/permission.ts";
import type { Channel } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, ChannelId, ReleaseId, RolloutId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { ApplicationRepository, toChannel } from "./application-repository.ts";
import { ReleaseRepository, type StoredRelease } from "./release-repository.ts";

/** A channel that was pointed at another release, within the unit that did it. */
export type ChannelMove = {
  readonly channelId: ChannelId;
  readonly applicationId: ApplicationId;
  readonly releaseId: ReleaseId;
  readonly principal: Principal;
  readonly reason: string;
};

/**
 * Creates one rollout per fleet whose subscriptions follow the channel, within the unit that moves it, and answers
 * their ids. It may refuse by throwing; then the channel does not move. The rollout engine serves it.
 */
export type StartForChannel = (unit: WriteUnit, move: ChannelMove) => Promise<readonly RolloutId[]>;

/** Notes within the unit that the stores of the release are to point the channel at it. */
export type TellStores = (unit: WriteUnit, move: { readonly releaseId: ReleaseId; readonly channel: string }) => Promise<void>;

/** Named pointers of applications to releases. */
export class ChannelService {
  readonly #store: Store;
  readonly #ids: Ids;
  readonly #startForChannel: StartForChannel;
  readonly #tellStores: TellStores;

  constructor(store: Store, ids: Ids, startForChannel: StartForChannel, tellStores: TellStores) {
    this.#store = store;
    this.#ids = ids;
    this.#startForChannel = startForChannel;
    this.#tellStores = tellStores;
  }

  /** @throws AppError NOT_FOUND, CONFLICT_EXISTS. */
  create(actor: string, draft: { readonly applicationId: ApplicationId; readonly name: string }): Promise<Channel> {
    const id = this.#ids.uuid();
    return this.#store.write(async (unit) => {
      const owner = await new ApplicationRepository(unit.db).require(draft.applicationId);
      const taken = await unit.db
        .selectFrom("channels")
        .select("id")
        .where("applicationId", "=", owner.id)
        .where("name", "=", draft.name)
        .executeTakeFirst();
      if (taken !== undefined) throw new AppError("CONFLICT_EXISTS", `${owner.name} has a channel ${draft.name} already; none was made.`);
      const row = { id, ...draft, releaseId: null, updatedAt: unit.now, revision: 0 };
      await unit.db.insertInto("channels").values(row).execute();
      unit.audit({ actor, action: "channel.created", subject: `channel:${id}`, details: { applicationId: owner.id, name: draft.name } });
      unit.emit({ topic: "channel.created", ids: { channelId: id, applicationId: owner.id } });
      return toChannel(row);
    });
  }

  /**
   * Points the channel at a published release and starts what follows from it, in one unit.
   *
   * @throws AppError NOT_FOUND, INPUT_INVALID for a release of another application, CONFLICT_STATE for one that is not
   * published, POLICY_QUARANTINED for a blocked one, and whatever the rollout engine refuses with.
   */
  move(
    principal: Principal,
    move: { readonly channelId: ChannelId; readonly releaseId: ReleaseId; readonly reason: string },
  ): Promise<{ channel: Channel; rolloutIds: RolloutId[] }> {
    const { channelId, releaseId, reason } = move;
    return this.#store.write(async (unit) => {
      const before = await unit.db.selectFrom("channels").selectAll().where("id", "=", channelId).executeTakeFirst();
      if (before === undefined) throw new AppError("NOT_FOUND", "There is no such channel.");
      const { release } = await new ReleaseRepository(unit.db).require(releaseId);
      requireOfferable(before, release);
      const after = { ...before, releaseId, updatedAt: unit.now, revision: before.revision + 1 };
      await unit.db.updateTable("channels").set(after).where("id", "=", channelId).execute();
      unit.audit({
        actor: principal.name,
        action: "channel.moved",
        subject: `channel:${channelId}`,
        reason,
        details: { name: before.name, version: release.version, from: before.releaseId, to: releaseId },
      });
      unit.emit({ topic: "channel.moved", ids: { channelId, applicationId: release.applicationId, releaseId } });
      await this.#tellStores(unit, { releaseId, channel: before.name });
      const rolloutIds = await this.#startForChannel(unit, {
        channelId,
        applicationId: release.applicationId,
        releaseId,
        principal,
        reason,
      });
      return { channel: toChannel(after), rolloutIds: [...rolloutIds] };
    });
  }
}

function requireOfferable(channel: { readonly name: string; readonly applicationId: string }, release: StoredRelease["release"]): void {
  const stays = `the channel ${channel.name} stays where it is.`;
  if (release.applicationId !== channel.applicationId)
    throw new AppError("INPUT_INVALID", `This release belongs to another application; ${stays}`);
  if (release.state !== "published")
    throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state === "draft" ? "still a draft" : "withdrawn"}; ${stays}`);
  if (release.blocked !== undefined)
    throw new AppError("POLICY_QUARANTINED", `${release.version} is blocked (${release.blocked.reason}); ${stays}`);
}
