import { hash } from "node:crypto";
import { fingerprintText } from "#shared/domain/trust/fingerprint.ts";
import type { SignatureQuorum } from "#shared/domain/trust/signing-request.ts";
import { manifestTargetPath } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Signer } from "../ports/signer.ts";
import { quorumOf, type Authority } from "./authority.ts";
import { authorityFor, draftIntent, type DraftingTable, type TargetsOrder } from "./draft-intent.ts";
import { parseDraft, signedFile } from "./metadata-file.ts";
import { holdsOnlineKeys, nextOnlineKeys } from "./online-keys.ts";
import type { DocumentRecord, PublishPayload, RequestRecord, SignatureRecord } from "./request-record.ts";
import type { TrustMode } from "./role-lifetimes.ts";
import type { SignedChange } from "./trust-change.ts";
import type { TrustRepository } from "./trust-repository.ts";
import type { Policies } from "./trust-state.ts";
import { rawPublicKeyOf, tufKey } from "./tuf-key.ts";
import { STATEMENT_NAME, unsignedDocuments, type UnsignedDocument } from "./unsigned-documents.ts";

/** As many as the contract carries: root, targets and some two hundred applications. */
const MOST_DOCUMENTS = 210;

/** A draft ready to be stored: its documents with the signatures that this control plane can give by itself. */
export type RequestDraft = { readonly documents: readonly DocumentRecord[]; readonly fingerprint: string; readonly rootVersion: number };

/** Drafts what an order would change now; undefined when nothing would. Makes the key of an application that is new here. */
export async function draftRequest(
  { repository, signer, now }: { readonly repository: TrustRepository; readonly signer: Signer; readonly now: number },
  order: TargetsOrder,
  payload: PublishPayload | undefined,
): Promise<RequestDraft | undefined> {
  const { state, mode } = repository;
  const nextKeys = order.kind === "online-keys" ? { nextKeys: await nextOnlineKeys(signer) } : {};
  const table: DraftingTable = { state, mode, now, newcomers: await newcomers(repository, signer, order), ...nextKeys };
  const change = draftIntent(table, order);
  if (change === undefined) return undefined;
  const unsigned = [...unsignedDocuments(change, state), ...statement(table, order, payload)];
  if (unsigned.length > MOST_DOCUMENTS)
    throw new AppError(
      "INPUT_TOO_LARGE",
      `This needs ${unsigned.length} signatures of everybody, more than the ${MOST_DOCUMENTS} of one request.`,
    );
  const documents = await Promise.all(unsigned.map((document) => signAsServer(signer, mode, document)));
  return { documents, fingerprint: hash("sha256", fingerprintText(documents)), rootVersion: state.root.signed.version };
}

async function newcomers({ mode, state }: TrustRepository, signer: Signer, order: TargetsOrder): Promise<ReadonlyMap<string, Authority>> {
  const product = order.kind === "add" || order.kind === "remove" ? order.product : order.kind === "policy" ? order.policy.productId : "";
  if (mode === "operator-held" || product === "" || state.applications.has(product)) return new Map();
  return new Map([[product, { threshold: 1, keys: [tufKey(await signer.publicKey(product))] }]]);
}

/** What others' tools check is signed by the same people, in the same request. */
function statement(table: DraftingTable, order: TargetsOrder, payload: PublishPayload | undefined): readonly UnsignedDocument[] {
  if (order.kind !== "add" || payload === undefined) return [];
  const quorum: SignatureQuorum = quorumOf(`Who signs ${order.product}`.slice(0, 80), authorityFor(table, order.product));
  return [{ name: STATEMENT_NAME, role: order.product, bytes: payload.statement, quorums: [quorum] }];
}

/**
 * While the control plane holds the keys, it signs every document, also as the one who hands over: a client that meets
 * the new targets before the new root finds them signed by the old key, too.
 */
async function signAsServer(signer: Signer, mode: TrustMode, { name, role, bytes, quorums }: UnsignedDocument): Promise<DocumentRecord> {
  const signatures: SignatureRecord[] = [];
  if (mode === "server-held" && (await signer.holds(role))) {
    const key = tufKey(await signer.publicKey(role));
    signatures.push({ keyId: key.keyID, publicKey: rawPublicKeyOf(key), signature: await signer.sign(role, bytes) });
  }
  return { name, role, sha256: hash("sha256", bytes), sizeBytes: bytes.length, quorums, bytes, signatures };
}

/** Adds to a new draft what was signed of an earlier one and did not change: the statement of a release. */
export function keepSignatures(draft: RequestDraft, earlier: RequestRecord): RequestDraft {
  const documents = draft.documents.map((document) => {
    const before = earlier.documents.find(({ name, sha256 }) => name === document.name && sha256 === document.sha256);
    const allowed = new Set(document.quorums.flatMap((quorum) => quorum.keyIds));
    const own = new Set(document.signatures.map(({ keyId }) => keyId));
    const kept = (before?.signatures ?? []).filter(({ keyId }) => allowed.has(keyId) && !own.has(keyId));
    return { ...document, signatures: [...document.signatures, ...kept] };
  });
  return { ...draft, documents };
}

/** A fully signed request as files of the repository, with the contents of the policies that it names. */
export function signedChange(record: RequestRecord, policies: Policies): SignedChange {
  const file = <S extends Parameters<typeof signedFile>[1]>(document: DocumentRecord, read: (bytes: Uint8Array) => S) => {
    const bytes = document.bytes ?? missing(document.name);
    return signedFile(document.role, read(bytes), bytes, new Map(document.signatures.map(({ keyId, signature }) => [keyId, signature])));
  };
  const documents = record.documents.filter(({ name }) => name !== STATEMENT_NAME);
  const root = documents.find(({ role }) => role === "root");
  const targets = documents.find(({ role }) => role === "targets");
  const applications = documents.filter((document) => document !== root && document !== targets);
  return {
    ...(root === undefined ? {} : { root: file(root, parseDraft.root) }),
    ...(targets === undefined ? {} : { targets: file(targets, parseDraft.targets) }),
    applications: new Map(applications.map((document) => [document.role, file(document, parseDraft.targets)])),
    policies,
  };
}

function missing(name: string): never {
  throw new TypeError(`the bytes of ${name} are gone`);
}

/** Whether the draft still follows what stands: each document is the next version of its role, under the same root. */
export function isCurrent(
  { rootVersion, documents }: Pick<RequestRecord, "rootVersion" | "documents">,
  repository: TrustRepository,
): boolean {
  const versions = new Map(repository.roleFiles().map(([role, file]) => [role, file.signed.version]));
  return (
    rootVersion === repository.state.root.signed.version &&
    documents.filter(({ name }) => name !== STATEMENT_NAME).every(({ name, role }) => name.startsWith(`${(versions.get(role) ?? 0) + 1}.`))
  );
}

/**
 * Whether it is in force already: then a kill came between the commit and the row that says so. Of a release what counts
 * is that it is named, perhaps beside later ones; of everything else, the very documents.
 */
export function isInForce({ intent, documents }: Pick<RequestRecord, "intent" | "documents">, repository: TrustRepository): boolean {
  if (intent.kind === "publish") {
    const named = repository.state.applications.get(intent.productId)?.signed.targets[manifestTargetPath(intent.productId, intent.version)];
    return named?.hashes["sha256"] === intent.manifestSha256;
  }
  return documents
    .filter(({ name }) => name !== STATEMENT_NAME)
    .every(({ role, bytes }) => bytes !== undefined && repository.isInForce(role, bytes));
}

/** Whether the keys that an exchange names are still here: other secrets may have been put in their place since. */
export async function isStillHeld({ intent, documents }: Pick<RequestRecord, "intent" | "documents">, signer: Signer): Promise<boolean> {
  const bytes = documents.find(({ role }) => role === "root")?.bytes;
  return intent.kind !== "online-keys" || (bytes !== undefined && (await holdsOnlineKeys(parseDraft.root(bytes), signer)));
}
