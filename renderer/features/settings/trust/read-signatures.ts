import { signaturesFile, type SignaturesFile, type SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { readJson } from "#shared/domain/trust/reading/read-json.ts";

/**
 * The signatures in a file that somebody brought back.
 *
 * @throws AppError INPUT_INVALID when it is none, TRUST_SIGNATURE_REFUSED when it is of another request or draft.
 */
export function readSignatures(text: string, request: Pick<SigningRequest, "id" | "fingerprint">): SignaturesFile {
  const file = readJson(signaturesFile, text);
  if (file === undefined)
    throw new AppError(
      "INPUT_INVALID",
      "This is no file of signatures. It is what `rollcall trust sign` writes, and says so in its first line.",
    );
  if (file.requestId !== request.id)
    throw new AppError("TRUST_SIGNATURE_REFUSED", "These signatures are of another request; open that one and bring them there.");
  if (file.fingerprint !== request.fingerprint)
    throw new AppError(
      "TRUST_SIGNATURE_REFUSED",
      "These signatures are of an earlier draft; download the request again and sign that one.",
    );
  return file;
}
