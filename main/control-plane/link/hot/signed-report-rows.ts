import type { HostPhase } from "#shared/domain/host/reported.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { RawDatabase } from "../../ports/database.ts";
import type { AdmittedHost } from "../host-admission.ts";

/** Phases in which nothing has changed on the host yet; what they led to is kept. */
const PASSING: ReadonlySet<HostPhase> = new Set(["downloading", "verifying", "staged"]);

/** Whether a report tells of a change of what runs on a host, or how an attempt ended: what others may want proved later. */
export function isKeptForProof(body: ReportBody): boolean {
  return body.kind === "phase" && !PASSING.has(body.phase);
}

/** A report as it came: what its host signed, and the signature. */
export type SignedBytes = { readonly boot: string; readonly sequence: number; readonly signedBody: unknown; readonly signature: string };

/** Keeps a report as it was signed. One short synchronous write of the hot path. */
export function writeSignedReport(raw: RawDatabase, host: AdmittedHost, report: SignedBytes, now: number): void {
  raw
    .prepare("INSERT INTO signedReports (hostId, fleetId, publicKey, boot, sequence, at, body, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    .run(host.hostId, host.fleetId, host.publicKey, report.boot, report.sequence, now, JSON.stringify(report.signedBody), report.signature);
}
