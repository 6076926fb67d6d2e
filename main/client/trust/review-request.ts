import { hash } from "node:crypto";
import type { TrustKeyId } from "#shared/domain/trust/trust-key.ts";
import { note, warning, type Explanation, type ExplanationLine } from "#shared/domain/trust/reading/explanation.ts";
import { explainRequest } from "#shared/domain/trust/reading/explain-request.ts";
import { quorumRules } from "#shared/domain/trust/reading/key-names.ts";
import { readDocuments } from "#shared/domain/trust/reading/read-documents.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import { knownTrust } from "./known-trust.ts";
import type { ReadRequest } from "./read-signing-request.ts";
import type { ControlPlaneMemory, RememberedDocument, SignerMemory } from "./signer-memory.ts";
import { verifyExport, type ExportedFile, type VerifiedExport } from "./verify-export.ts";

/** What a signer goes by, beside the request. */
export type ReviewBasis = {
  /** Of every key that is to sign. */
  readonly memories: readonly SignerMemory[];
  /** A `trust export` to compare with. */
  readonly against: readonly ExportedFile[] | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** A request as its signer reads it, and what the signer will remember when it is signed. */
export type ReviewedRequest = Explanation & { readonly toRemember: ControlPlaneMemory };

/**
 * Says what a request would change against everything that the signer knows.
 *
 * @throws AppError TRUST_REQUEST_REFUSED for a request that is not signed at all; TRUST_ROOT_MISMATCH and
 * TRUST_SIGNATURE_INVALID for an export that proves nothing about this control plane.
 */
export async function reviewRequest(read: ReadRequest, { memories, against, now }: ReviewBasis): Promise<ReviewedRequest> {
  const { rootSha256 } = read.file;
  const own = memories.flatMap((memory) => memory.controlPlanes.filter((one) => one.rootSha256 === rootSha256));
  const exported = against === undefined ? undefined : await verifyExport(against, rootSha256);
  const drafts = documentsOf(read);
  const known = knownTrust(own, exported?.documents ?? [], new Map(drafts.map(({ role, version }) => [role, version])));
  const { headline, lines } = explainRequest(read.toExplain, { known, now, sha256: (text) => hash("sha256", text) });
  return {
    headline,
    lines: [...senderLines(read, memories, own.length > 0), ...forkLines(own, exported), ...lines],
    toRemember: { ...memoryOf(read, drafts, exported), seenAt: now },
  };
}

/** Who asks, in the sender's own words, and whether this key has ever heard of them. */
function senderLines({ file }: ReadRequest, memories: readonly SignerMemory[], isKnown: boolean): readonly ExplanationLine[] {
  const sender = `"${shownText(file.controlPlane, 80)}" (first root ${file.rootSha256})`;
  if (isKnown) return [note(`Asked for by ${sender}, which this key has signed for before.`)];
  if (memories.every((memory) => memory.controlPlanes.length === 0))
    return [
      note(
        `Asked for by ${sender}. This is the first request that this key sees: compare the digest of that root with the other operators.`,
      ),
    ];
  return [warning(`Asked for by ${sender}, a control plane for which this key has never signed.`)];
}

/** Two roots of one version mean that somebody leads this signer, or the others, astray. */
function forkLines(own: readonly ControlPlaneMemory[], exported: VerifiedExport | undefined): readonly ExplanationLine[] {
  const signed = own.flatMap((memory) => memory.documents).filter((one) => one.role === "root");
  const others = (exported?.roots ?? []).filter((root) => signed.some((one) => one.version === root.version && one.text !== root.text));
  return others.map(({ version }) => warning(`Root ${version} of the export is not the root ${version} that this key has signed.`));
}

function documentsOf({ toExplain }: ReadRequest): readonly RememberedDocument[] {
  const { root, roles } = readDocuments(toExplain.documents);
  const versions = [
    ...(root === undefined ? [] : [["root", root.document.version] as const]),
    ...[...roles].map(([role, one]) => [role, one.document.version] as const),
  ];
  return versions.map(([role, version]) => ({ role, version, text: toExplain.documents.get(`${version}.${role}.json`) ?? "" }));
}

function memoryOf({ file, toExplain }: ReadRequest, drafts: readonly RememberedDocument[], exported: VerifiedExport | undefined) {
  const { intent } = toExplain;
  const labels: ReadonlyMap<TrustKeyId, string> =
    intent.kind === "quorum" ? quorumRules(intent.quorum, (text) => hash("sha256", text)).labels : new Map<TrustKeyId, string>();
  return {
    rootSha256: file.rootSha256,
    name: file.controlPlane,
    documents: [
      ...(exported?.documents ?? []).filter((one) => drafts.every(({ role, version }) => role !== one.role || version !== one.version)),
      ...drafts,
    ],
    // What is told again later ("until now 1.4.0"); manifests are not.
    files: [...toExplain.attached]
      .filter(([path]) => /^fleets\/|\/policy\.json$/.test(path))
      .map(([, { sha256, text }]) => ({ sha256, text })),
    labels: [...labels].map(([keyId, label]) => ({ keyId, label })),
  };
}
