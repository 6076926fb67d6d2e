import type { ReleaseRow } from "#shared/contract/applications.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, ReleaseId } from "#shared/lib/ids.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { ReleaseRepository } from "./release-repository.ts";

/** An operator's quarantine, or its end. */
export type BlockOrder = { readonly releaseId: ReleaseId; readonly reason: string };

/** Reads releases, blocks and unblocks them. Blocking only takes away, so it is immediate and unsigned. */
export class ReleaseService {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  list(applicationId: ApplicationId): Promise<ReleaseRow[]> {
    return new ReleaseRepository(this.#store.read).rows({ applicationId });
  }

  /** @throws AppError NOT_FOUND. */
  get(releaseId: ReleaseId): Promise<ReleaseRow> {
    return new ReleaseRepository(this.#store.read).row(releaseId);
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE for a draft or one that is blocked already. */
  block(actor: string, { releaseId, reason }: BlockOrder): Promise<ReleaseRow> {
    return this.#store.write(
      async (unit) => {
        const release = await requireRelease(unit, releaseId);
        if (release.state === "draft")
          throw new AppError("CONFLICT_STATE", `${release.version} is a draft, which nobody is offered; discard it instead.`);
        if (release.blocked !== undefined)
          throw new AppError("CONFLICT_STATE", `${release.version} is blocked already: ${release.blocked.reason}`);
        return change(unit, actor, { releaseId, reason }, { blockedAt: unit.now, blockedBy: actor, blockedReason: reason }, "blocked");
      },
      { urgent: true },
    );
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STATE when it is not blocked. */
  unblock(actor: string, order: BlockOrder): Promise<ReleaseRow> {
    return this.#store.write(async (unit) => {
      const release = await requireRelease(unit, order.releaseId);
      if (release.blocked === undefined) throw new AppError("CONFLICT_STATE", `${release.version} is not blocked.`);
      return change(unit, actor, order, { blockedAt: null, blockedBy: null, blockedReason: null }, "unblocked");
    });
  }
}

async function requireRelease(unit: WriteUnit, releaseId: ReleaseId) {
  return (await new ReleaseRepository(unit.db).require(releaseId)).release;
}

async function change(
  unit: WriteUnit,
  actor: string,
  { releaseId, reason }: BlockOrder,
  columns: Parameters<ReleaseRepository["update"]>[1],
  verb: "blocked" | "unblocked",
): Promise<ReleaseRow> {
  const rows = new ReleaseRepository(unit.db);
  await rows.update(releaseId, columns);
  const row = await rows.row(releaseId);
  unit.audit({ actor, action: `release.${verb}`, subject: `release:${releaseId}`, reason, details: { version: row.version } });
  unit.emit({ topic: `release.${verb}`, ids: { releaseId, applicationId: row.applicationId } });
  return row;
}
