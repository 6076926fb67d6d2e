import { canonicalJson, type Json } from "../../lib/canonical-json.ts";
import type { AuditCheckpoint, AuditEntry, AuditVerdict } from "./audit.ts";

/** The cryptography of the environment: the chain itself is the same in a control plane, a CLI and a browser. */
export type ChainCrypto = {
  /** SHA-256 of the text's UTF-8 bytes, in lower-case hex. */
  sha256(text: string): string;
  /** Whether the checkpoint carries the audit key's signature. */
  isSigned(checkpoint: AuditCheckpoint): Promise<boolean>;
};

/** The `previousHash` of the first entry. */
export const GENESIS_HASH = "0".repeat(64);

/** SHA-256 over the canonical JSON of everything in the entry but its own hash. */
export function auditHash(entry: Omit<AuditEntry, "hash">, crypto: Pick<ChainCrypto, "sha256">): string {
  const { fleetId, ...rest } = entry;
  const unhashed: Record<string, unknown> = fleetId === undefined ? { ...rest } : { ...rest, fleetId };
  delete unhashed["hash"];
  // Why the cast: entries are JSON by their schema, whose type names no index signature.
  return crypto.sha256(canonicalJson(unhashed as Json));
}

type Broken = Extract<AuditVerdict, { outcome: "broken" }>;
type Head = { readonly sequence: number; readonly hash: string };

/**
 * Checks a chain and its checkpoints in one pass, in this order for each entry: its own hash (edited), its place
 * (missing, reordered), its link to the entry before; then that every checkpoint is signed and stands on the entry it
 * names, and that the chain reaches the last one (cut). Reads in batches, so memory does not grow with the chain.
 */
export async function verifyChain(
  batches: AsyncIterable<readonly AuditEntry[]>,
  checkpoints: readonly AuditCheckpoint[],
  crypto: ChainCrypto,
): Promise<AuditVerdict> {
  for (const one of checkpoints) {
    if (await crypto.isSigned(one)) continue;
    return broken(one.sequence, "checkpoint", `The checkpoint at ${one.sequence} is not signed by this control plane's audit key.`);
  }
  const sealed = new Map(checkpoints.map((one) => [one.sequence, one.hash]));
  let head: Head = { sequence: 0, hash: GENESIS_HASH };
  for await (const batch of batches) {
    for (const entry of batch) {
      const problem = entryProblem(entry, head, sealed.get(entry.sequence), crypto);
      if (problem !== undefined) return problem;
      head = entry;
    }
  }
  const lastSealed = checkpoints.reduce((last, one) => Math.max(last, one.sequence), 0);
  if (lastSealed > head.sequence) {
    return broken(head.sequence, "cut", `The record ends at ${head.sequence}, but a signed checkpoint says it reached ${lastSealed}.`);
  }
  return { outcome: "intact", entries: head.sequence, checkpoints: checkpoints.length, head: head.hash };
}

function entryProblem(entry: AuditEntry, head: Head, sealedHash: string | undefined, crypto: ChainCrypto): Broken | undefined {
  const { sequence } = entry;
  if (auditHash(entry, crypto) !== entry.hash)
    return broken(sequence, "edited", `Entry ${sequence} does not match its own hash: it was edited.`);
  if (sequence > head.sequence + 1) return broken(head.sequence + 1, "missing", `Entry ${head.sequence + 1} is missing.`);
  if (sequence !== head.sequence + 1 || entry.previousHash !== head.hash) {
    return broken(sequence, "reordered", `Entry ${sequence} does not follow entry ${head.sequence}.`);
  }
  if (sealedHash !== undefined && sealedHash !== entry.hash) {
    return broken(sequence, "checkpoint", `Entry ${sequence} is not the one that its signed checkpoint names: the chain was rewritten.`);
  }
  return undefined;
}

function broken(atSequence: number, problem: Broken["problem"], message: string): Broken {
  return { outcome: "broken", atSequence, problem, message };
}
