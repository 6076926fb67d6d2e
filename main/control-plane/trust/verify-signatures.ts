import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { knownKeys } from "./known-keys.ts";
import type { RequestRecord, SignatureRecord } from "./request-record.ts";
import type { TrustState } from "./trust-state.ts";

/** A verified signature with the name of the document that it is over. */
export type VerifiedSignature = SignatureRecord & { readonly document: string };

/**
 * Checks signatures that were brought, each with its key, over the very bytes that are stored.
 *
 * @throws AppError TRUST_SIGNATURE_REFUSED for the first that does not hold; none is to be kept then.
 */
export async function verifySignatures(
  state: TrustState,
  record: RequestRecord,
  file: SignaturesFile,
): Promise<readonly VerifiedSignature[]> {
  if (file.fingerprint !== record.fingerprint) throw refused(`They are over an earlier draft of "${record.title}"`);
  const keys = knownKeys(state, record.intent);
  const verified: VerifiedSignature[] = [];
  for (const { document: name, keyId, signature } of file.signatures) {
    const document = record.documents.find((one) => one.name === name);
    if (document?.bytes === undefined) throw refused(`The request has no document ${name}`);
    const publicKey = keys.get(keyId);
    if (publicKey === undefined || !document.quorums.some((quorum) => quorum.keyIds.includes(keyId)))
      throw refused(`Key ${keyId.slice(0, 12)} may not sign ${name}`);
    if (!(await isSignedWith(publicKey, document.bytes, signature)))
      throw refused(`Key ${keyId.slice(0, 12)} did not sign these bytes of ${name}`);
    verified.push({ document: name, keyId, publicKey, signature: new Uint8Array(Buffer.from(signature, "base64url")) });
  }
  return verified;
}

function refused(what: string): AppError {
  return new AppError("TRUST_SIGNATURE_REFUSED", `${what}; no signature was kept.`);
}
