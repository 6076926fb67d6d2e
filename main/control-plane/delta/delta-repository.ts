import type { Kysely, Selectable } from "kysely";
import { MAX_DELTAS, releaseDelta } from "#shared/domain/release/delta.ts";
import type { Artifact } from "#shared/domain/artifact/artifact.ts";
import type { DeltaPair } from "#shared/domain/release/delta-plan.ts";
import { releaseTree, type ReleaseTree } from "#shared/domain/release/tree-delta.ts";
import type { Schema } from "../db/schema.ts";

/** A delta with how far its making is. */
export type DeltaRow = Selectable<Schema["releaseDeltas"]>;
/** The making of a release's deltas. */
export type PreparationRow = Selectable<Schema["deltaPreparations"]>;
type DeltaKey = Pick<DeltaRow, "releaseId" | "artifactSha256" | "fromSha256">;

/** Rows of `deltaPreparations` and `releaseDeltas`. */
export class DeltaRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** How the making of a release's deltas stands; undefined when none were to be made. */
  preparation(releaseId: string): Promise<PreparationRow | undefined> {
    return this.#db.selectFrom("deltaPreparations").selectAll().where("releaseId", "=", releaseId).executeTakeFirst();
  }

  /** Releases whose deltas are being made, the one that began first first. */
  async making(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom("deltaPreparations")
      .select("releaseId")
      .where("state", "=", "making")
      .orderBy("startedAt")
      .execute();
    return rows.map((row) => row.releaseId);
  }

  async insertPreparation(row: Pick<PreparationRow, "releaseId" | "limitMs" | "startedAt" | "startedBy">): Promise<void> {
    await this.#db
      .insertInto("deltaPreparations")
      .values({ ...row, state: "making", message: "", usedMs: 0, finishedAt: null })
      .execute();
  }

  async updatePreparation(releaseId: string, change: Partial<Omit<PreparationRow, "releaseId">>): Promise<void> {
    await this.#db.updateTable("deltaPreparations").set(change).where("releaseId", "=", releaseId).execute();
  }

  /** Deltas of a release in the order in which they are made. */
  ofRelease(releaseId: string): Promise<DeltaRow[]> {
    return this.#db.selectFrom("releaseDeltas").selectAll().where("releaseId", "=", releaseId).orderBy("ordinal").execute();
  }

  async insert(row: DeltaRow): Promise<void> {
    await this.#db.insertInto("releaseDeltas").values(row).execute();
  }

  /** Writes a plan beside what is made already, which stays; what else was planned before goes. */
  async plan(releaseId: string, pairs: readonly DeltaPair[]): Promise<void> {
    const known = await this.ofRelease(releaseId);
    const keyOf = (row: Pick<DeltaKey, "artifactSha256" | "fromSha256">): string => `${row.artifactSha256} ${row.fromSha256}`;
    const kinds = new Map(
      pairs.map(({ fresh, from, isTree }) => [keyOf({ artifactSha256: fresh.sha256, fromSha256: from.sha256 }), isTree]),
    );
    // A draft whose archive is to be unpacked now, or no longer, needs the other kind.
    const isStale = (row: DeltaRow): boolean => kinds.has(keyOf(row)) && kinds.get(keyOf(row)) !== (row.isTree === 1);
    const kept = new Map(known.filter((row) => row.state === "made" && !isStale(row)).map((row) => [keyOf(row), row]));
    for (const row of known) if (!kept.has(keyOf(row))) await this.#delete(row);
    const perArtifact = new Map<string, number>();
    for (const { artifactSha256 } of kept.values()) perArtifact.set(artifactSha256, (perArtifact.get(artifactSha256) ?? 0) + 1);
    const hasRoom = ({ artifactSha256 }: Pick<DeltaKey, "artifactSha256">): boolean => {
      const count = (perArtifact.get(artifactSha256) ?? 0) + 1;
      perArtifact.set(artifactSha256, count);
      return count <= MAX_DELTAS;
    };
    const wanted = pairs.map(({ fresh, from, isTree }, ordinal) => ({
      releaseId,
      isTree: isTree ? (1 as const) : (0 as const),
      artifactSha256: fresh.sha256,
      fromSha256: from.sha256,
      fromReleaseId: from.releaseId,
      fromVersion: from.version,
      fromSizeBytes: from.sizeBytes,
      ordinal,
    }));
    const made = { codec: null, sizeBytes: null, sha256: null, fromTree: null, toTree: null };
    const blank = { state: "pending" as const, attempts: 0, ...made, named: 0 as const, message: "" };
    const missing = wanted.filter((row) => !kept.has(keyOf(row)));
    const rows = missing.filter(hasRoom).map((row) => ({ ...row, ...blank }));
    if (rows.length > 0) await this.#db.insertInto("releaseDeltas").values(rows).execute();
  }

  async update(key: DeltaKey, change: Partial<Omit<DeltaRow, keyof DeltaKey>>): Promise<void> {
    await this.#ofDelta(key).set(change).execute();
  }

  /** Begins to make one, and counts it. */
  async begin(key: DeltaKey): Promise<void> {
    await this.#ofDelta(key)
      .set((eb) => ({ state: "running", attempts: eb("attempts", "+", 1) }))
      .execute();
  }

  /** Whatever was under way waits again. */
  async rest(releaseId: string): Promise<void> {
    await this.#ofRelease(releaseId).set({ state: "pending" }).where("state", "=", "running").execute();
  }

  /** What could not be made is to be made again, as if it never had been tried. */
  async retry(releaseId: string): Promise<void> {
    await this.#ofRelease(releaseId)
      .set({ state: "pending", message: "", attempts: 0 })
      .where("state", "in", ["failed", "skipped"])
      .execute();
  }

  /** What has not been made will not be, and `message` says why. */
  async skipRest(releaseId: string, message: string): Promise<void> {
    await this.#ofRelease(releaseId).set({ state: "skipped", message }).where("state", "in", ["pending", "running"]).execute();
  }

  /** Puts what was made into the release's manifest, or takes it out. */
  async name(releaseId: string, isNamed: boolean): Promise<void> {
    await this.#ofRelease(releaseId)
      .set({ named: isNamed ? 1 : 0 })
      .where("state", "=", "made")
      .execute();
  }

  /** The release goes out without any. */
  async clear(releaseId: string): Promise<void> {
    await this.#db.deleteFrom("releaseDeltas").where("releaseId", "=", releaseId).execute();
  }

  /** A draft again: nothing is being made, and what was made waits for the next time. */
  async abandon(releaseId: string): Promise<void> {
    await this.#db.deleteFrom("deltaPreparations").where("releaseId", "=", releaseId).execute();
    await this.rest(releaseId);
    await this.name(releaseId, false);
  }

  async #delete({ releaseId, artifactSha256, fromSha256 }: DeltaKey): Promise<void> {
    await this.#db
      .deleteFrom("releaseDeltas")
      .where("releaseId", "=", releaseId)
      .where("artifactSha256", "=", artifactSha256)
      .where("fromSha256", "=", fromSha256)
      .execute();
  }

  #ofRelease(releaseId: string) {
    return this.#db.updateTable("releaseDeltas").where("releaseId", "=", releaseId);
  }

  #ofDelta({ releaseId, artifactSha256, fromSha256 }: DeltaKey) {
    return this.#ofRelease(releaseId).where("artifactSha256", "=", artifactSha256).where("fromSha256", "=", fromSha256);
  }
}

/** The deltas that stand in manifests of an application's releases, by release and artifact. */
export async function readNamedDeltas(
  db: Kysely<Schema>,
  applicationId: string,
): Promise<(releaseId: string, artifactSha256: string) => Pick<Artifact, "deltas" | "tree">> {
  const rows = await db
    .selectFrom("releaseDeltas")
    .innerJoin("releases", "releases.id", "releaseDeltas.releaseId")
    .where("releases.applicationId", "=", applicationId)
    .where("named", "=", 1)
    .selectAll("releaseDeltas")
    .orderBy("ordinal")
    .orderBy("fromSha256")
    .execute();
  const found = Map.groupBy(rows, (row) => `${row.releaseId} ${row.artifactSha256}`);
  return (releaseId, artifactSha256) => {
    const made = found.get(`${releaseId} ${artifactSha256}`) ?? [];
    const deltas = made.filter((row) => row.isTree === 0).map((row) => releaseDelta.parse(toNamed(row)));
    const tree = toTree(made.filter((row) => row.isTree === 1));
    return { ...(deltas.length > 0 && { deltas }), ...(tree !== undefined && { tree }) };
  };
}

/** One archive unpacks to one tree; a delta that says otherwise leads nowhere, and is left out. */
function toTree(rows: readonly DeltaRow[]): ReleaseTree | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  return releaseTree.parse({ sha256: first.toTree, deltas: rows.filter((row) => row.toTree === first.toTree).map(toNamed) });
}

function toNamed({ fromVersion, fromSha256, fromSizeBytes, fromTree, codec, sizeBytes, sha256 }: DeltaRow) {
  const from = { version: fromVersion, sha256: fromSha256, sizeBytes: fromSizeBytes, ...(fromTree !== null && { tree: fromTree }) };
  return { from, codec, sizeBytes, sha256 };
}
