import { explainRequest } from "#shared/domain/trust/reading/explain-request.ts";
import type { AttachedFile, Explanation, KnownTrust } from "#shared/domain/trust/reading/explanation.ts";
import type { SigningRequestFile } from "#shared/domain/trust/signing-request.ts";
import { fingerprintText } from "#shared/domain/trust/fingerprint.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { decodeText } from "./decode-text.ts";
import { sha256Text } from "../../../data/sha256-text.ts";

/** What the documents of a request say, as this page reads them; or why they must not be signed. */
export type ReadRequest = { readonly explanation: Explanation } | { readonly refusal: AppError };

/**
 * Reads a request's documents the way a signer's own tool does, and recomputes its digests. What is in force is
 * this control plane's own word, so the signer's tool has the last one.
 */
export function readRequestFile(file: SigningRequestFile, known: KnownTrust, now: number): ReadRequest {
  try {
    const documents = new Map(file.documents.map(({ name, bytes }) => [name, decodeText(bytes)]));
    requireDigests(file, documents);
    const attached = new Map(file.attachments.map(({ path, bytes }) => [path, attachedFile(decodeText(bytes))]));
    return { explanation: explainRequest({ intent: file.request.intent, documents, attached }, { known, now, sha256: sha256Text }) };
  } catch (thrown) {
    return { refusal: toAppError(thrown) };
  }
}

function attachedFile(text: string): AttachedFile {
  return { text, sha256: sha256Text(text), sizeBytes: new TextEncoder().encode(text).length };
}

/** @throws AppError TRUST_REQUEST_REFUSED when a digest that is shown is not that of the bytes. */
function requireDigests({ request }: SigningRequestFile, documents: ReadonlyMap<string, string>): void {
  const wrong = request.documents.find((one) => sha256Text(documents.get(one.name) ?? "") !== one.sha256);
  if (wrong !== undefined || sha256Text(fingerprintText(request.documents)) !== request.fingerprint)
    throw new AppError("TRUST_REQUEST_REFUSED", "The request’s digests are not those of its documents; it must not be signed.");
}
