import type { Selectable } from "kysely";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { decideRetry } from "#shared/domain/publication/retry-decision.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { storeId as storeIdSchema } from "#shared/lib/ids.ts";
import type { Schema } from "../db/schema.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import type { BackgroundWork } from "../jobs/background-work.ts";
import type { Timers } from "../jobs/timers.ts";
import type { Ids } from "../ports/ids.ts";
import type { Tally } from "../metrics/tally.ts";
import type { Logger } from "../ports/logger.ts";
import type { ReleaseStore } from "../ports/release-store.ts";
import { jitter } from "./jitter.ts";
import type { ReleaseStores } from "./release-stores.ts";
import { StoreRepository } from "./store-repository.ts";

const TIMER = "store-task";

/** A store may be away for this long before we no longer try by ourselves. */
const TASK_RETRY = { baseMs: 1000, capMs: 900_000, maxFailures: 100 } as const;

/** A call that a store does not answer is cut after this long. */
const TASK_TIMEOUT_MS = 60_000;

/** Something small to be done in a store: point a channel at a version, or take a withdrawn version out of sight. */
export type StoreTaskDraft = {
  readonly storeId: string;
  readonly kind: "channel" | "withdraw";
  readonly releaseId: string;
  /** The channel's name; for a withdrawal the version. */
  readonly subject: string;
};

type Task = Selectable<Schema["storeTasks"]>;

/** Answers what a withdrawal could not remove, if anything. */
async function perform(releaseStore: ReleaseStore, task: Task, signal: AbortSignal): Promise<string | undefined> {
  if (task.kind === "withdraw") return (await releaseStore.withdraw(task.productId, task.version, signal)).left;
  await releaseStore.moveChannel(task.productId, task.subject, task.version, signal);
  return undefined;
}

/** Says with the publication what stays in its store, where whoever withdrew the release looks. */
async function noteLeft(unit: WriteUnit, { productId, version, storeId }: Task, left: string): Promise<void> {
  const told = await unit.db
    .selectFrom("publications")
    .innerJoin("releases", "releases.id", "publications.releaseId")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select(["publications.id", "publications.releaseId"])
    .where("applications.productId", "=", productId)
    .where("releases.version", "=", version)
    .where("publications.storeId", "=", storeId)
    .execute();
  for (const { id, releaseId } of told) {
    await unit.db
      .updateTable("publications")
      .set((eb) => ({ message: left.slice(0, 500), revision: eb("revision", "+", 1) }))
      .where("id", "=", id)
      .execute();
    unit.emit({ topic: "publication.changed", ids: { publicationId: id, releaseId, storeId } });
  }
}

/** What notes a task within a unit. */
export type TaskScheduling = { readonly ids: Ids; readonly timers: Timers };

/** Notes a task within the unit that makes it necessary; a later one of the same subject replaces it. */
export async function scheduleStoreTask(unit: WriteUnit, { ids, timers }: TaskScheduling, draft: StoreTaskDraft): Promise<void> {
  const { storeId, kind, releaseId, subject } = draft;
  const { productId, version } = await unit.db
    .selectFrom("releases")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select(["productId", "version"])
    .where("releases.id", "=", releaseId)
    .executeTakeFirstOrThrow();
  const row = { id: ids.uuid(), storeId, kind, productId, subject, version, failures: 0, message: "", createdAt: unit.now };
  const { id } = await unit.db
    .insertInto("storeTasks")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["storeId", "kind", "productId", "subject"]).doUpdateSet({ id: row.id, version, failures: 0 }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  await timers.schedule(unit, TIMER, id, unit.now);
}

/** Notes a channel's move for every store that has the release. */
export async function scheduleChannelMove(
  unit: WriteUnit,
  scheduling: TaskScheduling,
  move: { readonly releaseId: string; readonly channel: string },
): Promise<void> {
  const rows = await unit.db
    .selectFrom("publications")
    .select("storeId")
    .where("releaseId", "=", move.releaseId)
    .where("state", "=", "completed")
    .execute();
  for (const { storeId } of rows)
    await scheduleStoreTask(unit, scheduling, { storeId, kind: "channel", releaseId: move.releaseId, subject: move.channel });
}

/** What doing tasks needs. */
export type StoreTaskParts = TaskScheduling & {
  readonly background: BackgroundWork;
  readonly store: Store;
  readonly logger: Logger;
  readonly stores: ReleaseStores;
  readonly tally: Tally;
};

/**
 * Does the noted tasks, each until it succeeds: a failure shows at the store and holds nothing back. Every task may be
 * done twice, so a kill costs nothing.
 */
export class StoreTasks {
  readonly #parts: StoreTaskParts;

  constructor(parts: StoreTaskParts) {
    this.#parts = parts;
    parts.timers.on(TIMER, (id) => {
      parts.background.begin(`${TIMER}:${id}`, TASK_TIMEOUT_MS, (signal) => this.#do(id, signal));
      return Promise.resolve();
    });
  }

  /** Goes on with every task that is noted. */
  async recover(): Promise<void> {
    await this.#parts.store.write(async (unit) => {
      for (const { id } of await unit.db.selectFrom("storeTasks").select("id").execute())
        await this.#parts.timers.schedule(unit, TIMER, id, unit.now);
    });
  }

  async #do(id: string, signal: AbortSignal): Promise<void> {
    const task = await this.#parts.store.read.selectFrom("storeTasks").selectAll().where("id", "=", id).executeTakeFirst();
    if (task === undefined) return;
    try {
      const releaseStore = await this.#parts.stores.open(storeIdSchema.parse(task.storeId));
      const left = await perform(releaseStore, task, signal);
      await this.#parts.store.write(async (unit) => {
        await unit.db.deleteFrom("storeTasks").where("id", "=", id).execute();
        if (left !== undefined) await noteLeft(unit, task, left);
      });
    } catch (thrown) {
      await this.#noteFailure(task, thrown);
    }
  }

  async #noteFailure(task: Task, thrown: unknown): Promise<void> {
    const failure = toAppError(thrown);
    const what =
      task.kind === "channel"
        ? `The channel ${task.subject} of ${task.productId} could not be moved to ${task.version} there.`
        : `${task.productId} ${task.version} could not be taken out of sight there.`;
    const decision = decideRetry(
      { retryable: true, retryAfterMs: undefined, failures: task.failures, random: jitter(this.#parts.ids) },
      TASK_RETRY,
    );
    this.#parts.logger.warn({ code: failure.code, storeId: task.storeId, task: task.kind }, "a task in a store failed");
    await this.#parts.store.write(async (unit) => {
      const message = `${what} ${failure.message}`.slice(0, 500);
      const { kind } = (await new StoreRepository(unit.db).require(task.storeId)).settings;
      unit.afterCommit(() => this.#parts.tally.add("rollcall_store_errors_total", { store: kind, work: "task" }));
      if (task.storeId !== LOCAL_STORE_ID) {
        await new StoreRepository(unit.db).noteCheck(task.storeId, { at: unit.now, ok: false, message });
        unit.emit({ topic: "store.changed", ids: { storeId: task.storeId } });
      }
      await unit.db
        .updateTable("storeTasks")
        .set({ failures: task.failures + 1, message })
        .where("id", "=", task.id)
        .execute();
      if (decision.kind === "retry") await this.#parts.timers.schedule(unit, TIMER, task.id, unit.now + decision.delayMs);
    });
  }
}
