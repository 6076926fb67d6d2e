import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { createKeyFile, publicKeyPath } from "#main/client/trust/create-key-file.ts";
import { openKeyFile } from "#main/client/trust/open-key-file.ts";
import { readSigningRequest } from "#main/client/trust/read-signing-request.ts";
import { signRequest } from "#main/client/trust/sign-request.ts";

/** People with keys in files of their own, far from any control plane. */
export type Operators = {
  /** The public halves, to be handed around: of both operators and of the recovery key. */
  readonly publicFiles: readonly string[];
  /** The same halves as a quorum names them. */
  readonly keys: readonly OperatorKey[];
  /** Signs a request with the key of one of them. */
  readonly signText: (request: string, name: string) => Promise<SignaturesFile>;
  /** Signs a request's file with the key of one of them, and answers the file that travels back. */
  readonly sign: (requestPath: string, name: string) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Makes two operators and a recovery key. */
export async function openOperators(): Promise<Operators> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-keys-"));
  const path = (name: string): string => join(folder, `${name}.key`);
  const keys: OperatorKey[] = [];
  for (const label of ["ana", "boris"]) keys.push(await createKeyFile(path(label), { label, use: "operator", passphrase: undefined }));
  keys.push(await createKeyFile(path("safe"), { label: "safe", use: "recovery", passphrase: undefined }));
  const signText = async (request: string, name: string) =>
    signRequest(readSigningRequest(request), [await openKeyFile(path(name), undefined)]);
  return {
    keys,
    signText,
    publicFiles: ["ana", "boris", "safe"].map((name) => publicKeyPath(path(name))),
    sign: async (requestPath, name) => {
      const signatures = await signText(await readFile(requestPath, "utf8"), name);
      const out = join(folder, `signatures-${name}-${signatures.fingerprint.slice(0, 8)}.json`);
      await writeFile(out, JSON.stringify(signatures));
      return out;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
