import { hash } from "node:crypto";
import type { SelectQueryBuilder } from "kysely";
import type { AuditCheckpoint, AuditEntry, AuditVerdict } from "#shared/domain/audit/audit.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { SignedReport } from "#shared/domain/audit/signed-report.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { verifyRecord } from "#shared/protocol/verify-record.ts";
import { checkpointBytes } from "#shared/protocol/signing.ts";
import type { Schema } from "../db/schema.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Signer } from "../ports/signer.ts";
import type { AuditFilter } from "./audit-filter.ts";
import { readAuditHead } from "./chain.ts";
import { readSignedReports } from "./signed-report-reader.ts";

/** Entries of one read while exporting or verifying: bounds memory whatever the length of the chain. */
const BATCH = 2_000;

type AuditQuery = SelectQueryBuilder<Schema, "auditEntries", Schema["auditEntries"]>;

/** Reads, exports, seals and verifies the audit. Entries are written by the store, within the unit that did the deed. */
export class AuditService {
  readonly #store: Store;
  readonly #signer: Signer;
  readonly #clock: Clock;

  constructor(store: Store, signer: Signer, clock: Clock) {
    this.#store = store;
    this.#signer = signer;
    this.#clock = clock;
  }

  /** A page of entries, newest first. The cursor is the sequence to go on below. */
  async list(scope: FleetScope, filter: AuditFilter, page: { readonly cursor?: string | undefined; readonly limit: number }) {
    const base = this.#select(scope, filter);
    const below = Number(page.cursor ?? Number.NaN);
    const rows = await (Number.isSafeInteger(below) ? base.where("sequence", "<", below) : base)
      .orderBy("sequence", "desc")
      .limit(page.limit)
      .execute();
    const total = await base
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    const last = rows.at(-1);
    return {
      rows: rows.map(toEntry),
      total: total.count,
      ...(last !== undefined && rows.length === page.limit ? { nextCursor: String(last.sequence) } : {}),
    };
  }

  /** All matching entries, oldest first, in batches. */
  async *batches(scope: FleetScope, filter: AuditFilter): AsyncGenerator<readonly AuditEntry[]> {
    for (let after = 0; ;) {
      const rows = await this.#select(scope, filter).where("sequence", ">", after).orderBy("sequence").limit(BATCH).execute();
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(toEntry);
      after = last.sequence;
    }
  }

  /**
   * Signs the present head, unless it is sealed already. Called every minute, on stop, and before checkpoints are
   * carried out; what was appended behind the last one is chained but could still be cut by somebody who owns the machine.
   */
  async seal(): Promise<AuditCheckpoint | undefined> {
    const head = await readAuditHead(this.#store.read);
    const last = await this.#store.read
      .selectFrom("auditCheckpoints")
      .select("sequence")
      .orderBy("sequence", "desc")
      .limit(1)
      .executeTakeFirst();
    if (head.sequence === 0 || last?.sequence === head.sequence) return undefined;
    const unsigned = { sequence: head.sequence, hash: head.hash, at: this.#clock.now() };
    const signature = await this.#signer.sign("audit", checkpointBytes(unsigned));
    const checkpoint = { ...unsigned, keyId: await this.publicKey(), signature: base64url(signature) };
    await this.#store.write((unit) =>
      unit.db
        .insertInto("auditCheckpoints")
        .values(checkpoint)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
    return checkpoint;
  }

  /** Raw Ed25519 public key of the checkpoints, base64url; also their key id. */
  async publicKey(): Promise<string> {
    return base64url(await this.#signer.publicKey("audit"));
  }

  checkpoints(): Promise<AuditCheckpoint[]> {
    return this.#store.read.selectFrom("auditCheckpoints").selectAll().orderBy("sequence").execute();
  }

  /** The reports that hosts signed, as far as they are kept, oldest first, in batches. */
  reports(scope: FleetScope, filter: AuditFilter): AsyncGenerator<readonly SignedReport[]> {
    return readSignedReports(this.#store, scope, filter);
  }

  /** Reads the whole chain, every checkpoint and every signed report, in bounded memory. */
  async verify(): Promise<AuditVerdict> {
    const publicKey = await this.publicKey();
    const crypto = {
      sha256: (text: string) => hash("sha256", text),
      isSigned: (one: AuditCheckpoint) => isSignedWith(publicKey, checkpointBytes(one), one.signature),
    };
    return verifyRecord(
      { entries: this.batches("all", {}), reports: this.reports("all", {}) },
      await this.checkpoints(),
      crypto,
      isSignedWith,
    );
  }

  #select(scope: FleetScope, filter: AuditFilter): AuditQuery {
    let query = this.#store.read.selectFrom("auditEntries").selectAll();
    if (scope !== "all") query = query.where("fleetId", "in", [...scope, ""]);
    if (filter.fleetId !== undefined) query = query.where("fleetId", "=", filter.fleetId);
    if (filter.actor !== undefined) query = query.where("actor", "=", filter.actor);
    if (filter.action !== undefined) query = query.where("action", "=", filter.action);
    if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
    if (filter.to !== undefined) query = query.where("at", "<=", filter.to);
    const search = filter.search?.trim();
    if (search !== undefined && search !== "")
      query = query.where((eb) =>
        eb.or(SEARCHED.map((column) => eb(eb.fn("instr", [eb.fn("lower", [column]), eb.val(search.toLowerCase())]), ">", eb.lit(0)))),
      );
    return query;
  }
}

const SEARCHED = ["actor", "action", "subject", "reason", "details"] as const;

function toEntry(row: Schema["auditEntries"]): AuditEntry {
  const { fleetId, details, ...rest } = row;
  // Why the cast: the chain wrote this text from a JSON object.
  const facts = JSON.parse(details) as AuditEntry["details"];
  return fleetId === null ? { ...rest, details: facts } : { ...rest, fleetId, details: facts };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
