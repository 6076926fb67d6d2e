import { trustKeyId } from "#main/client/trust/trust-key-id.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { shownText } from "#shared/lib/shown-text.ts";

/** One group of signers that has not signed enough: `needed` more of the keys in `of`. */
export type MissingSignatures = { readonly needed: number; readonly of: readonly string[]; readonly documents: readonly string[] };

/** Who still has to sign a request, each group of keys once however many documents wait for it. */
export function missingSignatures({ state, documents }: SigningRequest): readonly MissingSignatures[] {
  if (state !== "open") return [];
  const found = new Map<string, MissingSignatures>();
  for (const { name, quorums, signedBy } of documents) {
    for (const { threshold, keyIds } of quorums) {
      const of = keyIds.filter((keyId) => !signedBy.includes(keyId));
      const needed = threshold - (keyIds.length - of.length);
      if (needed <= 0) continue;
      const mark = `${needed} ${of.toSorted().join()}`;
      found.set(mark, { needed, of, documents: [...(found.get(mark)?.documents ?? []), name] });
    }
  }
  return [...found.values()];
}

/** `1 more of "ben" (1f2e…), for 2.targets.json`. */
export function missingText({ needed, of, documents }: MissingSignatures, labels: ReadonlyMap<string, string>): string {
  const keys = of.map((keyId) => {
    const label = labels.get(keyId);
    return label === undefined ? `key ${keyId.slice(0, 16)}` : `"${shownText(label, 80)}" (${keyId.slice(0, 16)})`;
  });
  return `${needed} more of ${keys.join(", ")}, for ${documents.map((name) => shownText(name, 150)).join(", ")}`;
}

/** What people call the keys of a request: by its own quorum, else by the present one. */
export async function keyLabels(client: ContractClient, { intent }: SigningRequest): Promise<ReadonlyMap<string, string>> {
  const { keys } = await client.trust.status();
  const named = intent.kind === "quorum" ? intent.quorum.keys : [];
  return new Map(
    [...keys, ...named.map((key) => ({ ...key, keyId: trustKeyId(key.publicKey) }))].map(({ keyId, label }) => [keyId, label]),
  );
}
