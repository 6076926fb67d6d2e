import { hash as digest } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { auditHash, GENESIS_HASH } from "#shared/domain/audit/chain.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { Schema } from "../db/schema.ts";

/** What a service says about an action; the chain adds sequence, time and hashes. */
export type AuditDraft = {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly fleetId?: string | undefined;
  readonly reason?: string | undefined;
  readonly details?: { readonly [key: string]: Json | undefined };
};

/** The last entry of the chain. An empty chain has sequence 0 and the empty hash of {@link GENESIS_HASH}. */
export type AuditHead = { readonly sequence: number; readonly hash: string };

/** Reads where the chain ends. */
export async function readAuditHead(db: Kysely<Schema>): Promise<AuditHead> {
  const row = await db.selectFrom("auditEntries").select(["sequence", "hash"]).orderBy("sequence", "desc").limit(1).executeTakeFirst();
  return row ?? { sequence: 0, hash: GENESIS_HASH };
}

/** Appends entries within the transaction that did what they tell; answers the new head. */
export async function appendAudit(db: Transaction<Schema>, head: AuditHead, at: number, drafts: readonly AuditDraft[]): Promise<AuditHead> {
  if (drafts.length === 0) return head;
  let last = head;
  const rows = drafts.map((draft) => {
    const entry = {
      sequence: last.sequence + 1,
      at,
      actor: draft.actor,
      action: draft.action,
      subject: draft.subject,
      fleetId: draft.fleetId,
      reason: draft.reason ?? "",
      // A round trip drops undefined members, so that the hash is over what is stored.
      details: JSON.parse(JSON.stringify(draft.details ?? {})) as AuditEntry["details"],
      previousHash: last.hash,
    };
    const hash = auditHash(entry, { sha256: (text) => digest("sha256", text) });
    last = { sequence: entry.sequence, hash };
    return {
      ...entry,
      fleetId: entry.fleetId ?? null,
      details: JSON.stringify(entry.details),
      hash,
    };
  });
  await db.insertInto("auditEntries").values(rows).execute();
  return last;
}
