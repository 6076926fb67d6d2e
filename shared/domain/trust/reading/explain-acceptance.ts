import type { TrustIntent } from "../signing-request.ts";
import { acceptanceTargetPath, fleetAcceptance } from "../trust-policy.ts";
import { attachmentOf, fileChanges, unaskedFile, type FileChange } from "./explain-files.ts";
import { change, warning, type AttachedFile, type ExplanationLine, type KnownTrust } from "./explanation.ts";
import { readJson } from "./read-json.ts";
import type { TargetsDocument } from "./tuf-documents.ts";

/** The files of the top-level targets role: which products the hosts of a fleet accept. */
export function explainAcceptance(
  document: TargetsDocument,
  intent: TrustIntent,
  attached: ReadonlyMap<string, AttachedFile>,
  known: KnownTrust,
): readonly ExplanationLine[] {
  const before = known.roles.get("targets");
  return fileChanges(document, before).flatMap((one) => {
    if (intent.kind !== "accept" || one.path !== acceptanceTargetPath(intent.fleetId)) return [unaskedFile(one, before !== undefined)];
    return accepted(one, intent, attached);
  });
}

function accepted(
  one: FileChange,
  intent: Extract<TrustIntent, { readonly kind: "accept" }>,
  attached: ReadonlyMap<string, AttachedFile>,
): readonly ExplanationLine[] {
  const isAll = intent.products === "all";
  if (one.kind === "removed") {
    const line = change(`Hosts of the fleet ${intent.fleetId} accept every product from now on.`);
    return isAll ? [line] : [line, warning("The request speaks of a list of products, and the documents take the list away.")];
  }
  const acceptance = readJson(fleetAcceptance, attachmentOf(one.file, one.path, attached)?.text);
  if (acceptance === undefined || acceptance.fleetId !== intent.fleetId)
    return [warning(`Changes what the fleet ${intent.fleetId} accepts to something that cannot be read here.`)];
  const list = acceptance.products.length === 0 ? "nothing" : acceptance.products.join(", ");
  const isAsked = !isAll && isSameSet(acceptance.products, intent.products);
  return [
    change(`Hosts of the fleet ${intent.fleetId} accept ${list}, and nothing else.`),
    ...(isAsked ? [] : [warning(`The request speaks of ${intent.products === "all" ? "all products" : intent.products.join(", ")}.`)]),
  ];
}

function isSameSet(left: readonly string[], right: "all" | readonly string[]): boolean {
  const other = new Set(right === "all" ? [] : right);
  return new Set(left).size === other.size && left.every((one) => other.has(one));
}
