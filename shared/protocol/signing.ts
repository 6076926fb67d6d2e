import { canonicalJson, type Json } from "../lib/canonical-json.ts";
import type { EnrolRequest } from "./enrolment.ts";

const encode = (purpose: string, document: Json): Uint8Array =>
  new TextEncoder().encode(`rollcall/${purpose}/v1\n${canonicalJson(document)}`);

/** The bytes a host signs to enrol. The purpose line keeps a signature from being used for anything else. */
export function enrolmentBytes(request: Omit<EnrolRequest, "signature">): Uint8Array {
  return encode("enrol", request);
}

/** The bytes a host signs to open a link: the control plane's nonce bound to this host and this boot of its agent. */
export function linkProofBytes(proof: { readonly hostId: string; readonly nonce: string; readonly boot: string }): Uint8Array {
  return encode("link", { hostId: proof.hostId, nonce: proof.nonce, boot: proof.boot });
}

/** The bytes a host signs for one report. (boot, sequence) make it unique, so that a replay shows. */
export function reportBytes(report: {
  readonly hostId: string;
  readonly boot: string;
  readonly sequence: number;
  readonly body: unknown;
}): Uint8Array {
  return encode(
    "report",
    // Why the cast: what JSON.parse gives is JSON; going through text also drops undefined fields, as the wire does.
    JSON.parse(JSON.stringify({ hostId: report.hostId, boot: report.boot, sequence: report.sequence, body: report.body })) as Json,
  );
}

/** The bytes of an audit checkpoint, signed by the control plane's audit key. */
export function checkpointBytes(head: { readonly sequence: number; readonly hash: string; readonly at: number }): Uint8Array {
  return encode("audit-checkpoint", { sequence: head.sequence, hash: head.hash, at: head.at });
}
