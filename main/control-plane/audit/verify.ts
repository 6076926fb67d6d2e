import { createPublicKey, verify as verifySignature } from "node:crypto";
import type { AuditCheckpoint, AuditEntry, AuditVerdict } from "#shared/domain/audit/audit.ts";
import { checkpointBytes } from "#shared/protocol/signing.ts";
import { auditHash } from "./chain.ts";

type Problem = Extract<AuditVerdict, { outcome: "broken" }>;

/**
 * Checks a chain and its checkpoints in one pass, in this order for each entry: its own hash (edited), its place
 * (missing, reordered), its link to the entry before; then that every checkpoint is signed and stands on the entry it
 * names, and that the chain reaches the last one (cut). Pure apart from reading: the CLI runs it over an export too.
 */
export async function verifyChain(
  batches: AsyncIterable<readonly AuditEntry[]>,
  checkpoints: readonly AuditCheckpoint[],
  publicKey: Uint8Array,
  genesis: string,
): Promise<AuditVerdict> {
  const unsigned = checkpoints.find((one) => !isSigned(one, publicKey));
  if (unsigned !== undefined)
    return broken(
      unsigned.sequence,
      "checkpoint",
      `The checkpoint at ${unsigned.sequence} is not signed by this control plane's audit key.`,
    );
  const sealed = new Map(checkpoints.map((one) => [one.sequence, one.hash]));
  let head = { sequence: 0, hash: genesis };
  for await (const batch of batches) {
    for (const entry of batch) {
      const problem = entryProblem(entry, head, sealed.get(entry.sequence));
      if (problem !== undefined) return problem;
      head = { sequence: entry.sequence, hash: entry.hash };
    }
  }
  const lastSealed = Math.max(0, ...sealed.keys());
  if (lastSealed > head.sequence)
    return broken(head.sequence, "cut", `The record ends at ${head.sequence}, but a signed checkpoint says it reached ${lastSealed}.`);
  return { outcome: "intact", entries: head.sequence, checkpoints: checkpoints.length, head: head.hash };
}

function entryProblem(
  entry: AuditEntry,
  head: { readonly sequence: number; readonly hash: string },
  sealedHash: string | undefined,
): Problem | undefined {
  if (auditHash(entry) !== entry.hash)
    return broken(entry.sequence, "edited", `Entry ${entry.sequence} does not match its own hash: it was edited.`);
  if (entry.sequence > head.sequence + 1) return broken(head.sequence + 1, "missing", `Entry ${head.sequence + 1} is missing.`);
  if (entry.sequence !== head.sequence + 1 || entry.previousHash !== head.hash)
    return broken(entry.sequence, "reordered", `Entry ${entry.sequence} does not follow entry ${head.sequence}.`);
  if (sealedHash !== undefined && sealedHash !== entry.hash)
    return broken(
      entry.sequence,
      "checkpoint",
      `Entry ${entry.sequence} is not the one that its signed checkpoint names: the chain was rewritten.`,
    );
  return undefined;
}

function broken(atSequence: number, problem: Problem["problem"], message: string): Problem {
  return { outcome: "broken", atSequence, problem, message };
}

function isSigned(checkpoint: AuditCheckpoint, publicKey: Uint8Array): boolean {
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") } });
  return verifySignature(null, checkpointBytes(checkpoint), key, Buffer.from(checkpoint.signature, "base64url"));
}
