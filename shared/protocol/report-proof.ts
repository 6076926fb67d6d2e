import type { AuditEntry } from "../domain/audit/audit.ts";
import type { SignedReport } from "../domain/audit/signed-report.ts";
import { reportBytes } from "./signing.ts";

/** Whether the holder of a raw Ed25519 public key signed these bytes. */
export type IsSigned = (publicKey: string, bytes: Uint8Array, signature: string) => Promise<boolean>;

/**
 * Checks hosts' reports against the audit that they were exported with: signed by the key that the host enrolled with, and
 * no number used twice or out of order within a run of the agent. Whoever owns the control plane cannot make a host say
 * what it did not.
 */
export class ReportProof {
  readonly #isSigned: IsSigned;
  readonly #keys = new Map<string, string>();
  readonly #last = new Map<string, number>();
  /** How many reports were checked. */
  checked = 0;
  /** What is wrong with the first one that does not hold. */
  problem: string | undefined;

  constructor(isSigned: IsSigned) {
    this.#isSigned = isSigned;
  }

  /** Takes an entry of the audit; enrolments tell the keys. */
  note({ action, subject, details }: Pick<AuditEntry, "action" | "subject" | "details">): void {
    if (action === "host.enrolled" && typeof details["publicKey"] === "string") this.#keys.set(subject, details["publicKey"]);
  }

  /** Checks the next report. Entries must have been noted before. */
  async check(report: SignedReport): Promise<void> {
    this.checked += 1;
    this.problem ??= await this.#problemOf(report);
  }

  async #problemOf(report: SignedReport): Promise<string | undefined> {
    const { hostId, boot, sequence, publicKey, signature } = report;
    const name = `Report ${sequence} of host ${hostId}`;
    if (this.#keys.get(`host:${hostId}`) !== publicKey)
      return `${name} names another key than the one that the audit says it enrolled with.`;
    const last = this.#last.get(`${hostId} ${boot}`) ?? 0;
    if (sequence <= last) return `${name} stands behind report ${last} of the same run of its agent.`;
    this.#last.set(`${hostId} ${boot}`, sequence);
    return (await this.#isSigned(publicKey, reportBytes(report), signature)) ? undefined : `${name} is not signed by that host.`;
  }
}
