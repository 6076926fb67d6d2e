import type { Kysely } from "kysely";
import { acceptanceTargetPath, policyTargetPath } from "#shared/domain/trust/trust-policy.ts";
import type { SigningRequestFile } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { describeIntent } from "./describe-intent.ts";
import { policyBytes, type TargetsOrder } from "./draft-intent.ts";
import { toSigningRequest, type RequestRecord } from "./request-record.ts";

/** What the file says of the control plane that asks. `rootSha256` is its first root. */
export type ExportContext = { readonly controlPlane: string; readonly rootSha256: string; readonly db: Kysely<Schema> };

/**
 * A request as the file that a signer's own tool reads, with the contents that its documents name by digest.
 *
 * @throws AppError CONFLICT_STATE when it has ended: there is nothing left to sign.
 */
export async function exportRequest(record: RequestRecord, { controlPlane, rootSha256, db }: ExportContext): Promise<SigningRequestFile> {
  if (record.state !== "open") throw new AppError("CONFLICT_STATE", `"${record.title}" is ${record.state}; there is nothing left to sign.`);
  // Why server-held: the mode only words the title, which is stored.
  const { order } = await describeIntent({ db, scope: "all", mode: "server-held" }, record.intent, record.payload);
  return {
    kind: "rollcall.signing-request",
    v: 1,
    request: toSigningRequest(record),
    controlPlane,
    rootSha256,
    documents: record.documents.map(({ name, bytes }) => ({ name, bytes: base64(bytes ?? new Uint8Array()) })),
    attachments: attachments(order, record),
  };
}

function attachments(order: TargetsOrder, { payload }: RequestRecord): SigningRequestFile["attachments"] {
  if (order.kind === "add" && payload !== undefined) return [{ path: order.target.path, bytes: base64(payload.manifestBytes) }];
  if (order.kind === "policy" && order.policy.minimumVersion !== undefined)
    return [{ path: policyTargetPath(order.policy.productId), bytes: base64(policyBytes(order.policy)) }];
  if (order.kind === "acceptance" && order.acceptance !== undefined)
    return [{ path: acceptanceTargetPath(order.fleetId), bytes: base64(policyBytes(order.acceptance)) }];
  return [];
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
