import { hash } from "node:crypto";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { readRoot, readTargets, type KeyDocument, type RoleRule } from "#shared/domain/trust/reading/tuf-documents.ts";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import type { RememberedDocument } from "./signer-memory.ts";

/** A file of `trust export`: its plain name in the repository and its bytes. */
export type ExportedFile = { readonly name: string; readonly bytes: Uint8Array };

/** What an export proves: the chain of roots, oldest first, and the newest document of each role under the last of them. */
export type VerifiedExport = { readonly roots: readonly RememberedDocument[]; readonly documents: readonly RememberedDocument[] };

type Keys = Readonly<Record<string, KeyDocument>>;
type Authority = { readonly rule: RoleRule; readonly keys: Keys };

const signedFile = z.object({
  signatures: z.array(z.object({ keyid: z.string().max(64), sig: z.string().max(128) })).max(64),
  signed: z.json(),
});
type SignedFile = { readonly name: string; readonly signatures: z.infer<typeof signedFile>["signatures"]; readonly text: string };

/**
 * Walks an export as a client walks the repository (TUF specification, section 5.3): from the pinned first root over
 * every later one, each signed by the quorum before it and its own, to the targets and every application's role.
 *
 * @throws AppError TRUST_ROOT_MISMATCH for the export of another control plane, TRUST_SIGNATURE_INVALID for a document
 * without its quorum.
 */
export async function verifyExport(files: readonly ExportedFile[], rootSha256: string): Promise<VerifiedExport> {
  const byName = new Map(files.map((file) => [file.name, file.bytes]));
  const first = byName.get("1.root.json");
  if (first === undefined || hash("sha256", first) !== rootSha256)
    throw new AppError("TRUST_ROOT_MISMATCH", "The export is that of another control plane than the request; nothing was signed.");
  const roots: RememberedDocument[] = [];
  let root = readRoot("1.root.json", parse("1.root.json", first).text).document;
  for (let version = 1; ; version += 1) {
    const name = `${version}.root.json`;
    const bytes = byName.get(name);
    if (bytes === undefined) break;
    const file = parse(name, bytes);
    const next = readRoot(name, file.text).document;
    await requireQuorum(file, { rule: root.roles.root, keys: root.keys });
    await requireQuorum(file, { rule: next.roles.root, keys: next.keys });
    if (next.version !== version) throw unsigned(name);
    root = next;
    roots.push({ role: "root", version, text: file.text });
  }
  const below = await readBelow(byName, { rule: root.roles.targets, keys: root.keys });
  return { roots, documents: [...roots.slice(-1), ...below] };
}

async function readBelow(files: ReadonlyMap<string, Uint8Array>, authority: Authority): Promise<readonly RememberedDocument[]> {
  const targets = await readRole(files, "targets", authority);
  if (targets === undefined) return [];
  const { delegations } = readTargets(`${targets.version}.targets.json`, targets.text).document;
  const found = [targets];
  for (const rule of delegations?.roles ?? []) {
    const one = await readRole(files, rule.name, { rule, keys: delegations?.keys ?? {} });
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** The newest file of a role, which its authority must have signed; undefined when the export has none. */
async function readRole(
  files: ReadonlyMap<string, Uint8Array>,
  role: string,
  authority: Authority,
): Promise<RememberedDocument | undefined> {
  const versions = [...files.keys()].flatMap((name) =>
    name.endsWith(`.${role}.json`) ? [Number(name.slice(0, -`.${role}.json`.length))] : [],
  );
  const version = Math.max(0, ...versions.filter((one) => Number.isSafeInteger(one)));
  const name = `${version}.${role}.json`;
  const bytes = files.get(name);
  if (bytes === undefined) return undefined;
  const file = parse(name, bytes);
  await requireQuorum(file, authority);
  if (readTargets(name, file.text).document.version !== version) throw unsigned(name);
  return { role, version, text: file.text };
}

function parse(name: string, bytes: Uint8Array): SignedFile {
  try {
    const { signatures, signed } = signedFile.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return { name, signatures, text: canonicalJson(signed) };
  } catch (cause) {
    throw new AppError("TRUST_SIGNATURE_INVALID", `${shownText(name, 100)} is no signed document; nothing was signed.`, { cause });
  }
}

/** Each key counts once, however often it signed. */
async function requireQuorum({ name, signatures, text }: SignedFile, { rule, keys }: Authority): Promise<void> {
  const bytes = Buffer.from(text);
  let count = 0;
  for (const keyId of new Set(rule.keyids)) {
    const raw = Buffer.from(keys[keyId]?.keyval.public ?? "", "hex").toString("base64url");
    const own = signatures.filter((one) => one.keyid === keyId);
    const checks = await Promise.all(own.map(({ sig }) => isSignedWith(raw, bytes, Buffer.from(sig, "hex").toString("base64url"))));
    if (checks.includes(true)) count += 1;
  }
  if (count < rule.threshold) throw unsigned(name);
}

function unsigned(name: string): AppError {
  return new AppError(
    "TRUST_SIGNATURE_INVALID",
    `${shownText(name, 100)} of the export is not signed by those who must; nothing was signed.`,
  );
}
