import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import { signatureQuorum, trustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { signingRequestId } from "#shared/lib/ids.ts";
import { readJson } from "../db/read-json.ts";
import type { Schema } from "../db/schema.ts";
import { publishPayload, type DocumentRecord, type PublishPayload, type RequestRecord, type SignatureRecord } from "./request-record.ts";

type RequestRow = Selectable<Schema["signingRequests"]>;

/** What is written of a new draft. */
export type DraftColumns = Pick<RequestRecord, "state" | "draft" | "fingerprint" | "rootVersion" | "draftedAt" | "documents">;

/** Rows of signing requests with their documents and signatures. */
export class RequestRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** @throws AppError NOT_FOUND. */
  async require(id: string): Promise<RequestRecord> {
    const row = await this.#db.selectFrom("signingRequests").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such signing request.");
    return this.#whole(row);
  }

  /** Open ones first, then the newest ended ones. */
  async list(limit: number): Promise<readonly RequestRecord[]> {
    const rows = await this.#db
      .selectFrom("signingRequests")
      .selectAll()
      .orderBy((eb) => eb.case().when("state", "=", "open").then(0).else(1).end())
      .orderBy("createdAt", "desc")
      .orderBy("id")
      .limit(limit)
      .execute();
    return Promise.all(rows.map((row) => this.#whole(row)));
  }

  /** Requests that can still change something: open ones, and signed releases that hosts cannot see yet. Oldest first. */
  async pending(): Promise<readonly RequestRecord[]> {
    const rows = await this.#db
      .selectFrom("signingRequests")
      .selectAll()
      .where((eb) => eb.or([eb("state", "=", "open"), eb.and([eb("state", "=", "completed"), eb("committedAt", "is", null)])]))
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
    return Promise.all(rows.map((row) => this.#whole(row)));
  }

  /** The newest request of this kind about a release that was not cancelled. */
  async ofRelease(kind: "publish" | "withdraw", releaseId: string): Promise<RequestRecord | undefined> {
    const row = await this.#db
      .selectFrom("signingRequests")
      .selectAll()
      .where("kind", "=", kind)
      .where("releaseId", "=", releaseId)
      .where("state", "!=", "cancelled")
      .orderBy("createdAt", "desc")
      .orderBy("id")
      .executeTakeFirst();
    return row && this.#whole(row);
  }

  /** The one open request of this kind, if there is one. */
  async openOfKind(kind: RequestRow["kind"]): Promise<RequestRecord | undefined> {
    const row = await this.#db
      .selectFrom("signingRequests")
      .selectAll()
      .where("state", "=", "open")
      .where("kind", "=", kind)
      .executeTakeFirst();
    return row && this.#whole(row);
  }

  /** What waits for people, oldest first, without its documents. */
  waiting(): Promise<{ readonly title: string; readonly kind: RequestRow["kind"]; readonly since: number }[]> {
    return this.#db
      .selectFrom("signingRequests")
      .select(["title", "kind", "createdAt as since"])
      .where("state", "=", "open")
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
  }

  /** How many wait for people. */
  async countOpen(): Promise<number> {
    const row = await this.#db
      .selectFrom("signingRequests")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("state", "=", "open")
      .executeTakeFirstOrThrow();
    return row.count;
  }

  async insert(record: RequestRecord): Promise<void> {
    const { id, intent, payload, title, createdAt, createdBy } = record;
    await this.#db
      .insertInto("signingRequests")
      .values({
        id,
        kind: intent.kind,
        releaseId: "releaseId" in intent ? intent.releaseId : null,
        intent: JSON.stringify(intent),
        payload: payloadText(payload),
        title,
        createdAt,
        createdBy,
        endedAt: record.state === "open" ? null : createdAt,
        committedAt: null,
        ...draftColumns(record),
      })
      .execute();
    await this.#writeDocuments(id, record.documents, createdAt);
  }

  /** Replaces the draft and its documents, and keeps of the signatures those that the new draft carries. */
  async replaceDraft(id: string, draft: DraftColumns, now: number): Promise<void> {
    await this.#db.deleteFrom("signatures").where("requestId", "=", id).execute();
    await this.#db.deleteFrom("signingDocuments").where("requestId", "=", id).execute();
    const columns = { ...draftColumns(draft), endedAt: draft.state === "open" ? null : now };
    await this.#db.updateTable("signingRequests").set(columns).where("id", "=", id).execute();
    await this.#writeDocuments(id, draft.documents, now);
  }

  /** Keeps a signature; one by the same key over the same document changes nothing. */
  async addSignature(id: string, document: string, { keyId, publicKey, signature }: SignatureRecord, at: number): Promise<void> {
    await this.#db
      .insertInto("signatures")
      .values({ requestId: id, document, keyId, publicKey, signature: Buffer.from(signature), at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async end(id: string, columns: Partial<Pick<RequestRow, "state" | "endedAt" | "committedAt">>): Promise<void> {
    await this.#db.updateTable("signingRequests").set(columns).where("id", "=", id).execute();
  }

  /** Forgets the bytes of a request that has ended; digests and signatures stay. */
  async dropBytes(id: string): Promise<void> {
    await this.#db.updateTable("signingDocuments").set({ bytes: null }).where("requestId", "=", id).execute();
    await this.#db
      .updateTable("signingRequests")
      .set({ payload: payloadText(undefined) })
      .where("id", "=", id)
      .execute();
  }

  /** Forgets ended requests beyond the newest `kept`; those that made a release keep its statement's signatures. */
  async prune(kept: number): Promise<void> {
    const keep = this.#db
      .selectFrom("signingRequests")
      .select("id")
      .where("state", "!=", "open")
      .orderBy("createdAt", "desc")
      .orderBy("id")
      .limit(kept);
    await this.#db
      .deleteFrom("signingRequests")
      .where("state", "!=", "open")
      .where((eb) => eb.or([eb("kind", "!=", "publish"), eb("state", "=", "cancelled")]))
      .where("id", "not in", keep)
      .execute();
  }

  async #writeDocuments(requestId: string, documents: readonly DocumentRecord[], at: number): Promise<void> {
    for (const [ordinal, { name, role, sha256, sizeBytes, quorums, bytes, signatures }] of documents.entries()) {
      const blob = bytes === undefined ? null : Buffer.from(bytes);
      await this.#db
        .insertInto("signingDocuments")
        .values({ requestId, ordinal, name, role, sha256, sizeBytes, quorums: JSON.stringify(quorums), bytes: blob })
        .execute();
      for (const signature of signatures) await this.addSignature(requestId, name, signature, at);
    }
  }

  async #whole(row: RequestRow): Promise<RequestRecord> {
    const documents = await this.#db
      .selectFrom("signingDocuments")
      .selectAll()
      .where("requestId", "=", row.id)
      .orderBy("ordinal")
      .execute();
    const signatures = await this.#db
      .selectFrom("signatures")
      .selectAll()
      .where("requestId", "=", row.id)
      .orderBy("at")
      .orderBy("keyId")
      .execute();
    const { intent, payload, committedAt, kind: _kind, releaseId: _releaseId, endedAt: _endedAt, ...rest } = row;
    return {
      ...rest,
      id: signingRequestId.parse(row.id),
      intent: trustIntent.parse(readJson(intent)),
      payload: publishPayload.nullable().parse(readJson(payload)) ?? undefined,
      committedAt: committedAt ?? undefined,
      documents: documents.map(({ name, role, sha256, sizeBytes, quorums, bytes }) => ({
        name,
        role,
        sha256,
        sizeBytes,
        quorums: z.array(signatureQuorum).parse(readJson(quorums)),
        bytes: bytes ?? undefined,
        signatures: signatures.filter(({ document }) => document === name),
      })),
    };
  }
}

function draftColumns({ state, draft, fingerprint, rootVersion, draftedAt }: Omit<DraftColumns, "documents">) {
  return { state, draft, fingerprint, rootVersion, draftedAt };
}

function payloadText(payload: PublishPayload | undefined): string {
  if (payload === undefined) return "null";
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  return JSON.stringify({ ...payload, manifestBytes: base64(payload.manifestBytes), statement: base64(payload.statement) });
}
