import { hash } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { fingerprintText } from "#shared/domain/trust/fingerprint.ts";
import type { AttachedFile } from "#shared/domain/trust/reading/explanation.ts";
import type { RequestToExplain } from "#shared/domain/trust/reading/explain-request.ts";
import { signingRequestFile, type SigningRequestFile } from "#shared/domain/trust/signing-request.ts";
import { shownText } from "#shared/lib/shown-text.ts";

/** A request of many releases with their manifests is some megabytes; anything beyond this is meant to harm. */
export const MAX_REQUEST_BYTES = 64 * 2 ** 20;

/** One document with the digest that was computed here. */
export type ReadDocument = { readonly name: string; readonly bytes: Uint8Array; readonly sha256: string };

/** A request whose every digest was computed from its bytes and found to be what it says. */
export type ReadRequest = {
  readonly file: SigningRequestFile;
  readonly documents: readonly ReadDocument[];
  readonly fingerprint: string;
  /** The same as texts, for reading. */
  readonly toExplain: RequestToExplain;
};

/**
 * Reads a request file and believes none of its digests: each is computed again and compared.
 *
 * @throws AppError INPUT_INVALID for a file that is no request, TRUST_REQUEST_REFUSED for one that contradicts itself.
 */
export function readSigningRequest(text: string): ReadRequest {
  const file = parse(text);
  const documents = file.documents.map(({ name, bytes }) => {
    const decoded = Buffer.from(bytes, "base64");
    return { name, bytes: decoded, sha256: hash("sha256", decoded) };
  });
  requireSame(file, documents);
  const fingerprint = hash("sha256", fingerprintText(documents));
  if (fingerprint !== file.request.fingerprint) throw refused("its fingerprint is not that of its documents");
  const attached = new Map(file.attachments.map(({ path, bytes }) => [path, attachment(path, bytes)]));
  if (attached.size !== file.attachments.length) throw refused("a file is attached twice");
  const texts = new Map(documents.map(({ name, bytes }) => [name, textOf(name, bytes)]));
  return { file, documents, fingerprint, toExplain: { intent: file.request.intent, documents: texts, attached } };
}

function parse(text: string): SigningRequestFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const file = signingRequestFile.safeParse(value);
  if (file.success) return file.data;
  throw new AppError("INPUT_INVALID", "This is no request to sign; nothing was signed.", { cause: file.error });
}

function requireSame({ request }: SigningRequestFile, documents: readonly ReadDocument[]): void {
  if (new Set(documents.map(({ name }) => name)).size !== documents.length) throw refused("a document is in it twice");
  if (request.documents.length !== documents.length) throw refused("it does not bring the documents that it lists");
  for (const [at, listed] of request.documents.entries()) {
    const brought = documents[at];
    if (brought?.name !== listed.name) throw refused("it does not bring the documents that it lists");
    if (brought.sha256 !== listed.sha256 || brought.bytes.length !== listed.sizeBytes)
      throw refused(`the digest of ${shownText(listed.name, 100)} is not that of its bytes`);
  }
}

function attachment(path: string, bytes: string): AttachedFile {
  const decoded = Buffer.from(bytes, "base64");
  return { text: textOf(path, decoded), sha256: hash("sha256", decoded), sizeBytes: decoded.length };
}

/** @throws AppError TRUST_REQUEST_REFUSED for bytes that are no UTF-8, which would read differently elsewhere. */
function textOf(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(`${shownText(name, 100)} is no text`);
  }
}

function refused(why: string): AppError {
  return new AppError("TRUST_REQUEST_REFUSED", `The request contradicts itself: ${why}. Nothing was signed.`);
}
