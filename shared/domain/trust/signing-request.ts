import { z } from "zod";
import { applicationId, fleetId, releaseId, signingRequestId } from "../../lib/ids.ts";
import { epochMs, semver, sha256Hex } from "../../lib/scalars.ts";
import { productId } from "../release/release.ts";
import { operatorQuorum, trustKeyId } from "./trust-key.ts";

/**
 * What is to change in what hosts trust. Withdraw and minimum are signed; block is not, since it only takes away.
 *
 * - `quorum` hands signing to operators, or changes who they are; from server-held keys it is the takeover.
 * - `publish` and `withdraw` come from releases.
 * - `minimum` sets the version below which no host may go; null lifts it.
 * - `accept` says which products the hosts of a fleet install; `all` lifts it.
 * - `renew` signs the same again for longer.
 * - `online-keys` replaces the keys with which the control plane signs snapshot and timestamp.
 */
export const trustIntent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("quorum"), quorum: operatorQuorum }),
  z.object({ kind: z.literal("publish"), applicationId, releaseId, productId, version: semver, manifestSha256: sha256Hex }),
  z.object({ kind: z.literal("withdraw"), applicationId, releaseId, productId, version: semver }),
  z.object({ kind: z.literal("minimum"), applicationId, version: semver.nullable() }),
  z.object({ kind: z.literal("accept"), fleetId, products: z.union([z.literal("all"), z.array(productId).max(200)]) }),
  z.object({ kind: z.literal("renew") }),
  z.object({ kind: z.literal("online-keys") }),
]);
export type TrustIntent = z.infer<typeof trustIntent>;

/** Any `threshold` of these keys. A new root needs two of them: the keys before and the keys after. */
export const signatureQuorum = z.object({
  label: z.string().max(80),
  threshold: z.int().min(1),
  keyIds: z.array(trustKeyId).min(1).max(64),
});
export type SignatureQuorum = z.infer<typeof signatureQuorum>;

/** One document of a request: its name in the repository, or `sigstore` for the statement that others' tools check. */
export const documentToSign = z.object({
  name: z.string().max(200),
  role: z.string().max(140),
  /** Digest of the bytes to sign; what every signer shows before it signs. */
  sha256: sha256Hex,
  sizeBytes: z.int().min(1),
  quorums: z.array(signatureQuorum).min(1).max(2),
  signedBy: z.array(trustKeyId).max(64),
});
export type DocumentToSign = z.infer<typeof documentToSign>;

/**
 * Something that waits for operators' signatures.
 *
 *     open ──threshold of every document──▶ completed
 *       ├──▶ cancelled
 *       └──▶ open again, redrafted and without signatures, when another request changed what it stands on
 *
 * With server-held keys a request is completed in the same call that makes it.
 */
export const signingRequest = z.object({
  id: signingRequestId,
  intent: trustIntent,
  /** One sentence to the signer: "Publish org.example.web 1.4.0 (Example Web)." */
  title: z.string().max(300),
  state: z.enum(["open", "completed", "cancelled"]),
  documents: z.array(documentToSign).min(1).max(210),
  createdAt: epochMs,
  createdBy: z.string(),
  /** How often it was redrafted; signatures of an earlier draft are refused. */
  draft: z.int().min(1),
  /** SHA-256 of `fingerprintText` over all documents of this draft; its beginning is short enough to be read out. */
  fingerprint: sha256Hex,
});
export type SigningRequest = z.infer<typeof signingRequest>;

const base64 = z.base64().max(8_000_000);

/**
 * A request as a file that travels to whoever signs, on paper-thin trust: the signer's own tool reads the documents and
 * says what they mean; it believes nothing that the sender says about them.
 */
export const signingRequestFile = z.object({
  kind: z.literal("rollcall.signing-request"),
  v: z.literal(1),
  request: signingRequest,
  /** Name and first root of the control plane that asks. */
  controlPlane: z.string().max(80),
  rootSha256: sha256Hex,
  documents: z
    .array(z.object({ name: z.string().max(200), bytes: base64 }))
    .min(1)
    .max(210),
  /** Target files that the documents name by digest (release manifests, policies), so that they can be read before signing. */
  attachments: z.array(z.object({ path: z.string().max(300), bytes: base64 })).max(64),
});
export type SigningRequestFile = z.infer<typeof signingRequestFile>;

/** Ed25519 signature, 64 bytes, base64url. */
const signatureText = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** Signatures on their way back. */
export const signaturesFile = z.object({
  kind: z.literal("rollcall.signatures"),
  v: z.literal(1),
  requestId: signingRequestId,
  fingerprint: sha256Hex,
  signatures: z
    .array(z.object({ document: z.string().max(200), keyId: trustKeyId, signature: signatureText }))
    .min(1)
    .max(7000),
});
export type SignaturesFile = z.infer<typeof signaturesFile>;
