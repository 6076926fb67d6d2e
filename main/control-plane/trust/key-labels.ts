import type { Kysely } from "kysely";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import type { OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import type { Schema } from "../db/schema.ts";
import type { WriteUnit } from "../db/store.ts";
import { tufKey } from "./tuf-key.ts";

/** The names that people gave their keys, by key id. Names are ours alone: clients never see them. */
export class KeyLabels {
  readonly #labels: ReadonlyMap<string, string>;

  private constructor(labels: ReadonlyMap<string, string>) {
    this.#labels = labels;
  }

  /** Those that were committed, and those that the intent brings. */
  static async read(db: Kysely<Schema>, intent?: TrustIntent): Promise<KeyLabels> {
    const rows = await db.selectFrom("trustKeys").select(["keyId", "label"]).execute();
    const brought = intent?.kind === "quorum" ? labelsOf(intent.quorum) : [];
    return new KeyLabels(new Map([...rows.map(({ keyId, label }) => [keyId, label] as const), ...brought]));
  }

  /** Notes the names of a quorum that has come into force. */
  static async write(unit: WriteUnit, quorum: OperatorQuorum): Promise<void> {
    const labels = new Map(labelsOf(quorum));
    for (const { publicKey } of quorum.keys) {
      const { keyID: keyId } = tufKey(Buffer.from(publicKey, "base64url"));
      const label = labels.get(keyId) ?? keyId;
      await unit.db
        .insertInto("trustKeys")
        .values({ keyId, publicKey, label, addedAt: unit.now })
        .onConflict((conflict) => conflict.column("keyId").doUpdateSet({ label }))
        .execute();
    }
  }

  /** The name of a key; the control plane's own have none, and go by the beginning of their id. */
  of(keyId: string): string {
    return this.#labels.get(keyId) ?? keyId.slice(0, 12);
  }
}

function labelsOf(quorum: OperatorQuorum): readonly (readonly [string, string])[] {
  return quorum.keys.map(({ publicKey, label }) => [tufKey(Buffer.from(publicKey, "base64url")).keyID, label]);
}
