import { shownText } from "../../../lib/shown-text.ts";
import { manifestTargetPath } from "../../release/manifest.ts";
import type { TrustIntent } from "../signing-request.ts";
import { explainAcceptance } from "./explain-acceptance.ts";
import { explainApplication } from "./explain-application.ts";
import { explainDelegations } from "./explain-delegations.ts";
import { explainLifetime, sameForLonger } from "./explain-lifetime.ts";
import { readManifest } from "./explain-manifest.ts";
import { explainRoot } from "./explain-root.ts";
import { explainStatement } from "./explain-statement.ts";
import { warning, type AttachedFile, type Explanation, type ExplanationLine, type KnownTrust, type Sha256 } from "./explanation.ts";
import { intentSentence } from "./intent-sentence.ts";
import { quorumRules, type KeyLabels, type QuorumRules } from "./key-names.ts";
import { readDocuments, type ReadDocuments } from "./read-documents.ts";
import { servesIntent } from "./serves-intent.ts";
import type { ReadTuf, TargetsDocument } from "./tuf-documents.ts";

/** A request whose digests were computed and compared: its purpose as the sender states it, and what it holds. */
export type RequestToExplain = {
  readonly intent: TrustIntent;
  /** Texts of the documents by name, such as `2.root.json`. */
  readonly documents: ReadonlyMap<string, string>;
  /** Target files that came along, by path. */
  readonly attached: ReadonlyMap<string, AttachedFile>;
};

/** What the signer brings: what it knows, its clock (epoch milliseconds) and a digest function. */
export type SignerView = { readonly known: KnownTrust; readonly now: number; readonly sha256: Sha256 };

type Context = SignerView & {
  readonly request: RequestToExplain;
  readonly read: ReadDocuments;
  readonly wanted: QuorumRules | undefined;
  readonly labels: KeyLabels;
};

/**
 * Says what a request would change, from its documents alone. What its stated purpose does not explain (another key, an
 * extra file, a longer life, a lower version) is a warning.
 *
 * @throws AppError TRUST_REQUEST_REFUSED for a document that is not what its name says; such a request is not signed.
 */
export function explainRequest(request: RequestToExplain, view: SignerView): Explanation {
  const { intent } = request;
  const wanted = intent.kind === "quorum" ? quorumRules(intent.quorum, view.sha256) : undefined;
  const labels: KeyLabels = new Map([...view.known.labels, ...(wanted?.labels ?? [])]);
  const context: Context = { ...view, request, read: readDocuments(request.documents), wanted, labels };
  const unserved = servesIntent(intent, context.read) ? [] : [warning("No document of this request does what the request says it is for.")];
  const lines = [...rootLines(context), ...targetsLines(context), ...applicationLines(context), ...statementLines(context), ...unserved];
  return { headline: intentSentence(intent), lines };
}

function rootLines(context: Context): readonly ExplanationLine[] {
  const { root } = context.read;
  if (root === undefined) return [];
  const life = explainLifetime("root", "Root", root.document, context.known.root, context.now);
  const isExchange = context.request.intent.kind === "online-keys";
  return [...explainRoot(root.document, { ...context, isExchange }), ...life, ...moreLines("Root", root)];
}

function targetsLines(context: Context): readonly ExplanationLine[] {
  const { request, read, known, wanted } = context;
  const one = read.roles.get("targets");
  if (one === undefined) return [];
  const before = known.roles.get("targets");
  const operators = wanted?.operators ?? (read.root?.document ?? known.root)?.roles.targets;
  const changes = [
    ...explainAcceptance(one.document, request.intent, request.attached, known),
    ...explainDelegations(one.document, { ...context, intent: request.intent, products: new Set(read.roles.keys()), before, operators }),
  ];
  return [...changes, ...lifeLines({ name: "Targets", what: "the list of applications and fleets", one, before, changes }, context.now)];
}

function applicationLines({ request, read, known, now }: Context): readonly ExplanationLine[] {
  const applications = [...read.roles].filter(([role]) => role !== "targets");
  return applications.flatMap(([product, one]) => {
    const before = known.roles.get(product);
    const changes = explainApplication(one.document, { product, intent: request.intent, attached: request.attached, known });
    return [...changes, ...lifeLines({ name: product, what: `the releases of ${product}`, one, before, changes }, now)];
  });
}

function statementLines({ request, read, sha256 }: Context): readonly ExplanationLine[] {
  if (read.statement === undefined) return [];
  const { intent, attached } = request;
  const attachment = intent.kind === "publish" ? attached.get(manifestTargetPath(intent.productId, intent.version)) : undefined;
  const manifest = readManifest(attachment);
  const isSpokenOf = intent.kind === "publish" && attachment?.sha256 === intent.manifestSha256;
  if (attachment === undefined || manifest === undefined || !isSpokenOf) return explainStatement(read.statement, undefined, sha256);
  return explainStatement(read.statement, { manifest, sha256: attachment.sha256, sizeBytes: attachment.sizeBytes }, sha256);
}

type Life = {
  readonly name: string;
  readonly what: string;
  readonly one: ReadTuf<TargetsDocument>;
  readonly before: TargetsDocument | undefined;
  readonly changes: readonly ExplanationLine[];
};

function lifeLines({ name, what, one, before, changes }: Life, now: number): readonly ExplanationLine[] {
  const same = changes.length === 0 && before !== undefined ? [sameForLonger(what)] : [];
  return [...same, ...explainLifetime("targets", name, one.document, before, now), ...moreLines(name, one)];
}

function moreLines(name: string, { hasMore }: ReadTuf<unknown>): readonly ExplanationLine[] {
  return hasMore ? [warning(`${shownText(name)} holds fields that are not known here; what they do cannot be said.`)] : [];
}
