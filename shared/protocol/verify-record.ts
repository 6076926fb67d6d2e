import type { AuditCheckpoint, AuditEntry, AuditVerdict } from "../domain/audit/audit.ts";
import { verifyChain, type ChainCrypto } from "../domain/audit/chain.ts";
import type { SignedReport } from "../domain/audit/signed-report.ts";
import { ReportProof, type IsSigned } from "./report-proof.ts";

/** A record as it is read: the entries to their end, then the reports. */
export type RecordParts = {
  readonly entries: AsyncIterable<readonly AuditEntry[]>;
  readonly reports: AsyncIterable<readonly SignedReport[]>;
};

/** Checks the chain with its checkpoints, then every report that hosts signed, each in one pass and in bounded memory. */
export async function verifyRecord(
  { entries, reports }: RecordParts,
  checkpoints: readonly AuditCheckpoint[],
  crypto: ChainCrypto,
  isSigned: IsSigned,
): Promise<AuditVerdict> {
  const proof = new ReportProof(isSigned);
  const verdict = await verifyChain(noted(entries, proof), checkpoints, crypto);
  if (verdict.outcome === "broken") return verdict;
  for await (const batch of reports) for (const report of batch) await proof.check(report);
  if (proof.problem !== undefined)
    return { outcome: "broken", atSequence: verdict.entries, problem: "report", message: `${proof.problem} The audit itself is intact.` };
  return proof.checked === 0 ? verdict : { ...verdict, reports: proof.checked };
}

async function* noted(entries: AsyncIterable<readonly AuditEntry[]>, proof: ReportProof): AsyncGenerator<readonly AuditEntry[]> {
  for await (const batch of entries) {
    for (const entry of batch) proof.note(entry);
    yield batch;
  }
}
