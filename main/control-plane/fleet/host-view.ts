import type { Kysely } from "kysely";
import type { HostDetail, HostRow } from "#shared/contract/fleets.ts";
import { hostDetail } from "#shared/contract/fleets.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { hostId as hostIdSchema } from "#shared/lib/ids.ts";
import { readJson } from "../db/read-json.ts";
import type { Schema } from "../db/schema.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { HostDecision, RolloutSeam } from "./fleet-ports.ts";
import { HostRepository, type HostFilter, type HostPage, type HostRecord } from "./host-repository.ts";
import { readHostRows } from "./host-rows.ts";
import type { StatusContext } from "./host-status-sql.ts";
import { readOffers, type Offer } from "./offers.ts";

/** The setting that hosts are judged by. */
export type HostSettings = { readonly hostSilentAfterMs: number };

/** One page of hosts with the number of all that match. */
export type HostList = { readonly rows: HostRow[]; readonly total: number; readonly nextCursor?: string };

/** Hosts as people see them: lists, details, and the row that every action on a host answers with. */
export class HostView {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #settings: () => HostSettings;
  readonly #rollouts: Pick<RolloutSeam, "explain">;

  constructor(store: Store, clock: Clock, settings: () => HostSettings, rollouts: Pick<RolloutSeam, "explain">) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#rollouts = rollouts;
  }

  /** Hosts by name. @throws AppError INPUT_INVALID for a foreign cursor. */
  async list(who: Principal, filter: HostFilter, page: HostPage): Promise<HostList> {
    const db = this.#store.read;
    const hosts = new HostRepository(db, who.fleets);
    const context = this.#context(await readOffers(db, who.fleets));
    const records = await hosts.page(filter, context, page);
    const rows = await readHostRows(db, who.fleets, records, context);
    const last = records.length === page.limit ? records.at(-1) : undefined;
    return { rows, total: await hosts.count(filter, context), ...(last === undefined ? {} : { nextCursor: last.id }) };
  }

  /** One host as lists show it, also from within a unit. @throws AppError NOT_FOUND. */
  async row(db: Kysely<Schema>, who: Principal, hostId: string): Promise<HostRow> {
    return this.#describe(db, who, await new HostRepository(db, who.fleets).require(hostId));
  }

  /** One host whole: desired against reported, with the decision for each application. @throws AppError NOT_FOUND. */
  async detail(who: Principal, hostId: string): Promise<HostDetail> {
    const db = this.#store.read;
    const record = await new HostRepository(db, who.fleets).require(hostId);
    const decisions = await this.#rollouts.explain(hostIdSchema.parse(hostId));
    const reported = await db.selectFrom("hostApplications").select(["reported", "reportedAt"]).where("hostId", "=", hostId).execute();
    const offers = await readOffers(db, who.fleets, { groupIds: [record.groupId] });
    return hostDetail.parse({
      host: await this.#describe(db, who, record),
      desired: offers.map((offer) => desiredOf(offer, decisions)),
      reported: reported.map((row) => ({ ...reportedApplication.parse(readJson(row.reported)), reportedAt: row.reportedAt })),
      agentBoot: record.boot ?? undefined,
    });
  }

  async #describe(db: Kysely<Schema>, who: Principal, record: HostRecord): Promise<HostRow> {
    const context = this.#context(await readOffers(db, who.fleets, { groupIds: [record.groupId] }));
    const [row] = await readHostRows(db, who.fleets, [record], context);
    if (row === undefined) throw new TypeError("a host that was just read has a row");
    return row;
  }

  #context(offers: readonly Offer[]): StatusContext {
    return { silentBefore: this.#clock.now() - this.#settings().hostSilentAfterMs, offers };
  }
}

function desiredOf({ subscription }: Offer, decisions: readonly HostDecision[]): object {
  const decided = decisions.find((one) => one.applicationId === subscription.applicationId);
  return {
    applicationId: subscription.applicationId,
    name: subscription.applicationName,
    productId: subscription.productId,
    subscriptionId: subscription.id,
    releaseId: decided?.release?.releaseId ?? subscription.targetReleaseId,
    version: decided?.release?.version ?? subscription.targetVersion,
    decision: decided?.decision ?? "alone",
    reason: decided?.reason ?? "nothing was rolled out to its group yet",
  };
}
