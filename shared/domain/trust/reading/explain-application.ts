import { compareSemver } from "../../../lib/semver.ts";
import { shownText } from "../../../lib/shown-text.ts";
import { manifestTargetPath } from "../../release/manifest.ts";
import type { TrustIntent } from "../signing-request.ts";
import { applicationPolicy, policyTargetPath } from "../trust-policy.ts";
import { attachmentOf, fileChanges, unaskedFile, type FileChange } from "./explain-files.ts";
import { explainManifest, readManifest } from "./explain-manifest.ts";
import { change, warning, type AttachedFile, type ExplanationLine, type KnownTrust } from "./explanation.ts";
import { readJson } from "./read-json.ts";
import type { TargetsDocument } from "./tuf-documents.ts";

/** What an application's document is held against. */
export type ApplicationContext = {
  readonly product: string;
  readonly intent: TrustIntent;
  readonly attached: ReadonlyMap<string, AttachedFile>;
  readonly known: KnownTrust;
};

/**
 * What changes in an application's own role: releases that hosts may install from now on or no more, and its minimum
 * version. A change that is not the one which the request is about is a warning.
 */
export function explainApplication(document: TargetsDocument, context: ApplicationContext): readonly ExplanationLine[] {
  const { product, known } = context;
  const before = known.roles.get(product);
  const changes = fileChanges(document, before).flatMap((one) => explainChange(one, context, before !== undefined));
  const lines = [...goneLines(document, context), ...changes];
  if (document.delegations === undefined) return lines;
  return [...lines, warning(`${shownText(product)} would hand signing on to others, which is never asked for.`)];
}

function explainChange(one: FileChange, context: ApplicationContext, isKnown: boolean): readonly ExplanationLine[] {
  const { intent, product } = context;
  if (intent.kind === "publish" && product === intent.productId && one.kind === "added") {
    if (one.path === manifestTargetPath(product, intent.version)) return published(one, intent, context);
  }
  if (intent.kind === "withdraw" && product === intent.productId && one.kind === "removed") {
    if (one.path === manifestTargetPath(product, intent.version)) return [withdrawn(intent)];
  }
  if (intent.kind === "minimum" && one.path === policyTargetPath(product)) return minimum(one, intent, context);
  return [unaskedFile(one, isKnown)];
}

/** What this key never saw cannot be seen to go away; that it is not there is the whole point. */
function goneLines({ targets }: TargetsDocument, { intent, product, known }: ApplicationContext): readonly ExplanationLine[] {
  if (intent.kind !== "withdraw" || intent.productId !== product || known.roles.has(product)) return [];
  return targets[manifestTargetPath(product, intent.version)] === undefined ? [withdrawn(intent)] : [];
}

function withdrawn({ productId, version }: Intent<"withdraw">): ExplanationLine {
  return change(`Withdraws ${productId} ${version}: no host installs it any more. Hosts that run it go on.`);
}

type Added = Extract<FileChange, { readonly kind: "added" | "replaced" }>;
type Intent<K extends TrustIntent["kind"]> = Extract<TrustIntent, { readonly kind: K }>;

function published(one: Added, intent: Intent<"publish">, { attached }: ApplicationContext): readonly ExplanationLine[] {
  const attachment = attachmentOf(one.file, one.path, attached);
  const manifest = readManifest(attachment);
  if (manifest !== undefined) return explainManifest(manifest, one.file.hashes.sha256, intent);
  return [
    warning(
      `Adds ${intent.productId} ${intent.version} by the manifest with sha256 ${one.file.hashes.sha256}, which the request does not bring along: what it runs cannot be read here.`,
    ),
  ];
}

function minimum(one: FileChange, intent: Intent<"minimum">, context: ApplicationContext): readonly ExplanationLine[] {
  const { product, known } = context;
  const before = minimumIn(known.files.get(known.roles.get(product)?.targets[one.path]?.hashes.sha256 ?? ""));
  const next = one.kind === "removed" ? null : minimumIn(attachmentOf(one.file, one.path, context.attached)?.text, product);
  if (next === undefined) return [warning(`Changes the policy of ${product} to something that cannot be read here.`)];
  const from = typeof before === "string" ? ` (until now ${before})` : "";
  const lines =
    next === null
      ? [change(`Lifts the minimum version of ${product}${from}: hosts may go to any release.`)]
      : [change(`No host of ${product} goes below ${next} from now on${from}.`)];
  if (typeof before === "string" && next !== null && compareSemver(next, before) < 0)
    lines.push(change(`  That is lower than before: releases from ${next} on may be installed again.`));
  if (next !== intent.version) lines.push(warning(`The request speaks of the minimum version ${intent.version ?? "none"}.`));
  return lines;
}

/** The minimum that a policy's text sets, null for none; undefined when it is no policy (of this product). */
function minimumIn(text: string | undefined, product?: string): string | null | undefined {
  const policy = readJson(applicationPolicy, text);
  if (policy === undefined || (product !== undefined && policy.productId !== product)) return undefined;
  return policy.minimumVersion ?? null;
}
