/** A JSON document in a TEXT column: written with JSON.stringify, read through its zod schema. */
type JsonText = string;

type SigningRequestTable = {
  id: string;
  kind: "quorum" | "publish" | "withdraw" | "minimum" | "accept" | "renew" | "online-keys";
  /** Of publish and withdraw. No reference: a request outlives the draft that it was about. */
  releaseId: string | null;
  intent: JsonText;
  payload: JsonText;
  title: string;
  state: "open" | "completed" | "cancelled";
  draft: number;
  fingerprint: string;
  /** The root over which it was drafted. */
  rootVersion: number;
  draftedAt: number;
  createdAt: number;
  createdBy: string;
  endedAt: number | null;
  /** When hosts could see it; a release is signed some time before. */
  committedAt: number | null;
};
type SigningDocumentTable = {
  requestId: string;
  ordinal: number;
  name: string;
  role: string;
  sha256: string;
  sizeBytes: number;
  quorums: JsonText;
  /** The very bytes to sign; dropped once they stand in the repository or count no more. */
  bytes: Uint8Array | null;
};
type SignatureTable = { requestId: string; document: string; keyId: string; publicKey: string; signature: Uint8Array; at: number };
type TrustKeyTable = { keyId: string; publicKey: string; label: string; addedAt: number };

/** Tables of signing requests, as part of the schema. The SQL is in `migrations/0080-signing-requests.ts`. */
export type TrustTables = {
  signingRequests: SigningRequestTable;
  signingDocuments: SigningDocumentTable;
  signatures: SignatureTable;
  trustKeys: TrustKeyTable;
};
