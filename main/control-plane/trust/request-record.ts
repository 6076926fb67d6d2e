import { z } from "zod";
import type { SignatureQuorum, SigningRequest, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import type { SigningRequestId } from "#shared/lib/ids.ts";
import { sha256Hex, sha512Hex } from "#shared/lib/scalars.ts";
import { isQuorumMet } from "./authority.ts";

const bytesText = z.base64().transform((text): Uint8Array => new Uint8Array(Buffer.from(text, "base64")));

/** What a publish request needs beside its intent to be drafted again. */
export const publishPayload = z.object({
  manifest: z.object({ path: z.string(), sizeBytes: z.int(), sha256: sha256Hex, sha512: sha512Hex }),
  manifestBytes: bytesText,
  statement: bytesText,
});
export type PublishPayload = z.output<typeof publishPayload>;

/** One document of a request with the signatures gathered so far. */
export type DocumentRecord = {
  readonly name: string;
  readonly role: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly quorums: readonly SignatureQuorum[];
  /** Undefined once they stand in the repository or count no more. */
  readonly bytes: Uint8Array | undefined;
  readonly signatures: readonly SignatureRecord[];
};

/** One signature that was verified when it came. `publicKey` is raw, base64url: it outlives the key's place in root. */
export type SignatureRecord = { readonly keyId: string; readonly publicKey: string; readonly signature: Uint8Array };

/** A signing request as it is stored. */
export type RequestRecord = {
  readonly id: SigningRequestId;
  readonly intent: TrustIntent;
  readonly payload: PublishPayload | undefined;
  readonly title: string;
  readonly state: SigningRequest["state"];
  readonly draft: number;
  readonly fingerprint: string;
  readonly rootVersion: number;
  readonly draftedAt: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly committedAt: number | undefined;
  readonly documents: readonly DocumentRecord[];
};

/** Whether every quorum of every document is met. */
export function isFullySigned({ documents }: Pick<RequestRecord, "documents">): boolean {
  return documents.every((document) => {
    const keyIds = new Set(document.signatures.map(({ keyId }) => keyId));
    return document.quorums.every((quorum) => isQuorumMet(quorum, keyIds));
  });
}

/** The request as people and their tools see it. */
export function toSigningRequest(record: RequestRecord): SigningRequest {
  const { id, intent, title, state, createdAt, createdBy, draft, fingerprint } = record;
  const documents = record.documents.map(({ name, role, sha256, sizeBytes, quorums, signatures }) => ({
    name,
    role,
    sha256,
    sizeBytes,
    quorums: quorums.map((quorum) => ({ ...quorum, keyIds: [...quorum.keyIds] })),
    signedBy: signatures.map(({ keyId }) => keyId).filter((keyId) => quorums.some((quorum) => quorum.keyIds.includes(keyId))),
  }));
  return { id, intent, title, state, documents, createdAt, createdBy, draft, fingerprint };
}
