import { sql, type Kysely } from "kysely";
import type { Schema } from "../db/schema.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import { ASTIR, isFailedPart, isMovingPart, isWaitingPart, type StatusContext } from "./host-status-sql.ts";
import type { HostSettings } from "./host-view.ts";
import { readOffers } from "./offers.ts";

/** One application in one group: which versions its active hosts report, and how many of them are in which state. */
export type CellCount = {
  readonly versions: readonly { readonly version: string; readonly hosts: number }[];
  /** Hosts that have been heard of lately. */
  readonly reporting: number;
  readonly failed: number;
  readonly moving: number;
  /** Something lies ready, and the application or its hook said "not now". */
  readonly waiting: number;
};

/** What was counted for one application in one group. */
export type CellLookup = (groupId: string, applicationId: string) => CellCount;

const NOTHING: CellCount = { versions: [], reporting: 0, failed: 0, moving: 0, waiting: 0 };

/** Above this many hosts, counting is spread over turns of the event loop, and a count is good for {@link KEPT_MS}. */
const MANY_HOSTS = 8_000;
const KEPT_MS = 2_000;

/** First digits of host ids: each counts a sixteenth of many hosts. */
const PARTS = "0123456789abcdef".split("");

/** Counts what hosts run over whole fleets, for overviews. */
export class FleetCensus {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #settings: () => HostSettings;
  #kept: { readonly untilMs: number; readonly cells: Promise<ReadonlyMap<string, CellCount>> } | undefined;

  constructor(store: Store, clock: Clock, settings: () => HostSettings) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Looks cells of every fleet up; the caller asks for those of its own groups. */
  async cells(): Promise<CellLookup> {
    const cells = await this.#cells();
    return (groupId, applicationId) => cells.get(cellKey(groupId, applicationId)) ?? NOTHING;
  }

  async #cells(): Promise<ReadonlyMap<string, CellCount>> {
    const { hosts } = await this.#store.read
      .selectFrom("hosts")
      .select((eb) => eb.fn.countAll<number>().as("hosts"))
      .executeTakeFirstOrThrow();
    if (hosts <= MANY_HOSTS) return this.#count([""]);
    if (this.#kept === undefined || this.#kept.untilMs <= this.#clock.monotonicMs()) {
      const cells = this.#count(PARTS);
      this.#kept = { untilMs: this.#clock.monotonicMs() + KEPT_MS, cells };
      // A failed count is not kept; whoever asked hears of it.
      cells.catch(() => (this.#kept = undefined));
    }
    return this.#kept.cells;
  }

  async #count(parts: readonly string[]): Promise<ReadonlyMap<string, CellCount>> {
    const context = { silentBefore: this.#silentBefore(), offers: await readOffers(this.#store.read, "all") };
    const cells = new Map<string, MutableCell>();
    for (const part of parts) {
      if (part !== "") await new Promise<void>((resolve) => void this.#clock.after(0, resolve));
      for (const row of await readVersions(this.#store.read, part, context)) addVersion(cells, row);
    }
    for (const { groupId, applicationId, ...counts } of await readAstir(this.#store.read, context)) {
      Object.assign(cellOf(cells, groupId, applicationId), counts);
    }
    return cells;
  }

  #silentBefore(): number {
    return this.#clock.now() - this.#settings().hostSilentAfterMs;
  }
}

const cellKey = (groupId: string, applicationId: string): string => `${groupId}/${applicationId}`;

type MutableCell = { versions: { version: string; hosts: number }[]; reporting: number; failed: number; moving: number; waiting: number };
type VersionRow = { groupId: string; applicationId: string; version: string | null; hosts: number; reporting: number };

function cellOf(cells: Map<string, MutableCell>, groupId: string, applicationId: string): MutableCell {
  const key = cellKey(groupId, applicationId);
  const cell = cells.get(key) ?? { versions: [], reporting: 0, failed: 0, moving: 0, waiting: 0 };
  cells.set(key, cell);
  return cell;
}

function addVersion(cells: Map<string, MutableCell>, row: VersionRow): void {
  const cell = cellOf(cells, row.groupId, row.applicationId);
  cell.reporting += row.reporting;
  if (row.version === null) return;
  const known = cell.versions.find((one) => one.version === row.version);
  if (known === undefined) cell.versions.push({ version: row.version, hosts: row.hosts });
  else known.hosts += row.hosts;
}

function readVersions(db: Kysely<Schema>, part: string, { silentBefore }: StatusContext): Promise<VersionRow[]> {
  return db
    .selectFrom("hostApplications")
    .innerJoin("hosts", "hosts.id", "hostApplications.hostId")
    .where("hosts.state", "=", "active")
    .$if(part !== "", (query) => query.where("hostApplications.hostId", ">=", part).where("hostApplications.hostId", "<", `${part}g`))
    .groupBy(["hosts.groupId", "hostApplications.applicationId", "hostApplications.currentVersion"])
    .select((eb) => [
      "hosts.groupId",
      "hostApplications.applicationId",
      "hostApplications.currentVersion as version",
      eb.fn.countAll<number>().as("hosts"),
      sql<number>`sum(case when hosts."lastSeenAt" >= ${silentBefore} then 1 else 0 end)`.as("reporting"),
    ])
    .execute();
}

type AstirRow = { groupId: string; applicationId: string; failed: number; moving: number; waiting: number };

async function readAstir(db: Kysely<Schema>, context: StatusContext): Promise<readonly AstirRow[]> {
  const { rows } = await sql<AstirRow>`select h."groupId", a."applicationId",
      sum(case when ${isFailedPart(context)} then 1 else 0 end) as failed,
      sum(case when ${isMovingPart(context)} then 1 else 0 end) as moving,
      sum(case when ${isWaitingPart()} then 1 else 0 end) as waiting
    from ${ASTIR} and h.state = 'active' and h."lastSeenAt" >= ${context.silentBefore}
    group by h."groupId", a."applicationId"`.execute(db);
  return rows;
}
