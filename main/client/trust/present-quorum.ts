import { hash } from "node:crypto";
import type { OperatorKey, OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import { readRoot } from "#shared/domain/trust/reading/tuf-documents.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { verifyExport, type ExportedFile } from "./verify-export.ts";

/**
 * The operators as the newest signed root names them. Only their labels are taken from elsewhere: a control plane that
 * lies about its keys cannot slip one in among those that are kept.
 *
 * @throws AppError TRUST_ROOT_MISMATCH for files without a first root, TRUST_SIGNATURE_INVALID.
 */
export async function presentQuorum(files: readonly ExportedFile[], labels: ReadonlyMap<string, string>): Promise<OperatorQuorum> {
  const first = files.find(({ name }) => name === "1.root.json")?.bytes ?? new Uint8Array();
  const { roots } = await verifyExport(files, hash("sha256", first));
  const newest = roots.at(-1);
  if (newest === undefined) throw new AppError("TRUST_ROOT_MISMATCH", "The control plane shows no root; nothing was changed.");
  const { keys, roles } = readRoot(`${newest.version}.root.json`, newest.text).document;
  const named = roles.root.keyids.map((keyId): OperatorKey => {
    const publicKey = Buffer.from(keys[keyId]?.keyval.public ?? "", "hex").toString("base64url");
    return {
      label: labels.get(keyId) ?? keyId.slice(0, 16),
      publicKey,
      use: roles.targets.keyids.includes(keyId) ? "operator" : "recovery",
    };
  });
  return { threshold: roles.root.threshold, keys: named };
}
