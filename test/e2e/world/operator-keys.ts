import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile, publicKeyPath } from "#main/client/trust/create-key-file.ts";
import { openKeyFile } from "#main/client/trust/open-key-file.ts";
import { readSigningRequest } from "#main/client/trust/read-signing-request.ts";
import { signRequest } from "#main/client/trust/sign-request.ts";

/** People with keys in files of their own, far from any control plane. */
export type Operators = {
  /** The public halves, to be handed around: of both operators and of the recovery key. */
  readonly publicFiles: readonly string[];
  /** Signs a request's file with the key of one of them, and answers the file that travels back. */
  readonly sign: (requestPath: string, name: string) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Makes two operators and a recovery key. */
export async function openOperators(): Promise<Operators> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-keys-"));
  const path = (name: string): string => join(folder, `${name}.key`);
  for (const name of ["ana", "boris"]) await createKeyFile(path(name), { label: name, use: "operator", passphrase: undefined });
  await createKeyFile(path("safe"), { label: "safe", use: "recovery", passphrase: undefined });
  return {
    publicFiles: ["ana", "boris", "safe"].map((name) => publicKeyPath(path(name))),
    sign: async (requestPath, name) => {
      const request = readSigningRequest(await readFile(requestPath, "utf8"));
      const key = await openKeyFile(path(name), undefined);
      const out = join(folder, `signatures-${name}-${request.fingerprint.slice(0, 8)}.json`);
      await writeFile(out, JSON.stringify(signRequest(request, [key])));
      return out;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
