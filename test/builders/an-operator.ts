import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { tufKey } from "#main/control-plane/trust/tuf-key.ts";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import type { SignaturesFile, SigningRequestFile } from "#shared/domain/trust/signing-request.ts";

/** A person with a key of their own, who signs what is put before them. */
export type TestOperator = {
  readonly key: OperatorKey;
  readonly keyId: string;
  /** For those who steal it. */
  readonly privateKey: KeyObject;
  /** Signs every document that asks for this key. */
  sign(file: SigningRequestFile): SignaturesFile;
};

/** Makes a person with a fresh key. */
export function anOperator(label: string, use: OperatorKey["use"] = "operator"): TestOperator {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "jwk" }).x ?? "";
  const { keyID: keyId } = tufKey(Buffer.from(raw, "base64url"));
  return {
    key: { label, publicKey: raw, use },
    keyId,
    privateKey,
    sign: ({ request, documents }) => ({
      kind: "rollcall.signatures",
      v: 1,
      requestId: request.id,
      fingerprint: request.fingerprint,
      signatures: request.documents
        .filter(({ quorums }) => quorums.some((quorum) => quorum.keyIds.includes(keyId)))
        .map(({ name }) => {
          const bytes = Buffer.from(documents.find((one) => one.name === name)?.bytes ?? "", "base64");
          return { document: name, keyId, signature: sign(null, bytes, privateKey).toString("base64url") };
        }),
    }),
  };
}
