import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { PhaseNote } from "./journal.ts";

/** A phase as its report tells it, with the application as of now. */
export function phaseReport(note: PhaseNote, application: ReportedApplication): ReportBody {
  const { phase, release, grantId, failure, fetched, at } = note;
  const optional = { ...(grantId !== undefined && { grantId }), ...(failure && { failure }), ...(fetched && { fetched }) };
  const { releaseId, digest } = release;
  return { kind: "phase", at, applicationId: application.applicationId, releaseId, digest, phase, ...optional, application };
}
