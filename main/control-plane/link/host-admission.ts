import type { KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { hostId, type HostId } from "#shared/lib/ids.ts";
import type { AgentFrame } from "#shared/protocol/agent-frames.ts";
import { PROTOCOL_VERSION } from "#shared/protocol/limits.ts";
import { linkProofBytes } from "#shared/protocol/signing.ts";
import type { Store } from "../db/store.ts";
import { ed25519PublicKey, isSignedBy } from "#main/node/ed25519-signature.ts";

type Proof = Extract<AgentFrame, { readonly type: "proof" }>;

/** A host that proved its key, and how far its reports are committed. */
export type AdmittedHost = {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly key: KeyObject;
  /** The same key as text. */
  readonly publicKey: string;
  readonly reports: { readonly boot: string | undefined; readonly sequence: number };
};

/** A refusal that belongs on a host's timeline names it: somebody came with its key, or pretended to have it. */
export type Admission =
  | { readonly outcome: "admitted"; readonly host: AdmittedHost }
  | { readonly outcome: "refused"; readonly failure: AppError; readonly known?: { readonly hostId: HostId; readonly fleetId: string } };

/**
 * Decides about the answer to a challenge. Nothing about a host is told before its key is proved: a stranger learns
 * neither which ids exist nor which are revoked.
 */
export async function admitHost(store: Store, proof: Proof, nonce: string): Promise<Admission> {
  if (proof.v !== PROTOCOL_VERSION && proof.v !== PROTOCOL_VERSION - 1) return refuse(unsupported(proof.v));
  const row = await store.read
    .selectFrom("hosts")
    .select(["id", "fleetId", "publicKey", "state", "boot", "sequence"])
    .where("id", "=", proof.hostId)
    .executeTakeFirst();
  if (row === undefined || row.publicKey !== proof.publicKey) return refuse(unknownKey());
  const known = { hostId: hostId.parse(row.id), fleetId: row.fleetId };
  const key = ed25519PublicKey(row.publicKey);
  const signed = await isSignedBy(key, linkProofBytes({ hostId: row.id, nonce, boot: proof.boot }), proof.signature);
  if (!signed) return refuse(unknownKey(), known);
  if (row.state === "revoked") return refuse(new AppError("HOST_REVOKED", "This host was revoked; the link was not opened."), known);
  if (row.state === "pending")
    return refuse(new AppError("HOST_PENDING_APPROVAL", "This host waits for approval; the link was not opened."));
  return {
    outcome: "admitted",
    host: { ...known, key, publicKey: row.publicKey, reports: { boot: row.boot ?? undefined, sequence: row.sequence } },
  };
}

function refuse(failure: AppError, known?: { readonly hostId: HostId; readonly fleetId: string }): Admission {
  return known === undefined ? { outcome: "refused", failure } : { outcome: "refused", failure, known };
}

function unknownKey(): AppError {
  return new AppError("HOST_SIGNATURE_INVALID", "No host with this id has proved this key; the link was not opened.");
}

function unsupported(version: number): AppError {
  return new AppError(
    "LINK_PROTOCOL_UNSUPPORTED",
    `The agent speaks protocol ${version}; this control plane serves ${PROTOCOL_VERSION} and the one before. The link was not opened.`,
  );
}
