import { AppError } from "#shared/errors/app-error.ts";
import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";
import type { SigningKey } from "./open-key-file.ts";
import type { ReadRequest } from "./read-signing-request.ts";

/**
 * Signs the documents of a request for which it names these keys. A recovery key signs root and nothing else, whatever
 * it is asked for.
 *
 * @throws AppError TRUST_SIGNATURE_REFUSED for a key that is asked for nothing.
 */
export function signRequest({ file, documents, fingerprint }: ReadRequest, keys: readonly SigningKey[]): SignaturesFile {
  const signatures = keys.flatMap((key) => {
    const asked = documents.filter((one, at) => {
      const quorums = file.request.documents[at]?.quorums ?? [];
      const isAsked = quorums.some((quorum) => quorum.keyIds.includes(key.keyId));
      return isAsked && (key.use === "operator" || /^\d+\.root\.json$/.test(one.name));
    });
    if (asked.length === 0)
      throw new AppError("TRUST_SIGNATURE_REFUSED", `The request does not ask for the key "${key.label}"; nothing was signed.`);
    return asked.map(({ name, bytes }) => ({
      document: name,
      keyId: key.keyId,
      signature: Buffer.from(key.sign(bytes)).toString("base64url"),
    }));
  });
  return { kind: "rollcall.signatures", v: 1, requestId: file.request.id, fingerprint, signatures };
}
