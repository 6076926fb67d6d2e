import { shownText } from "../../../lib/shown-text.ts";
import type { TrustIntent } from "../signing-request.ts";
import { change, warning, type ExplanationLine, type Sha256 } from "./explanation.ts";
import { isSameRule, keyIdOf, keyName, ruleText, type KeyLabels } from "./key-names.ts";
import type { DelegatedRole, RoleRule, TargetsDocument } from "./tuf-documents.ts";

/** What delegations are held against. */
export type DelegationContext = {
  readonly intent: TrustIntent;
  /** Applications whose own documents are part of the request. */
  readonly products: ReadonlySet<string>;
  readonly before: TargetsDocument | undefined;
  /** Who signs what hosts install: the quorum that the request sets up, else root's present one, if it is known. */
  readonly operators: RoleRule | undefined;
  readonly labels: KeyLabels;
  readonly sha256: Sha256;
};

/**
 * Who signs which application. A role covers its own product's files and nothing else, and is signed by the operators;
 * everything else could hide releases of one product among those of another.
 */
export function explainDelegations(document: TargetsDocument, context: DelegationContext): readonly ExplanationLine[] {
  const { before, labels } = context;
  const roles = document.delegations?.roles ?? [];
  const old = before?.delegations?.roles ?? [];
  const gone = old.filter((one) => roles.every((role) => role.name !== one.name));
  const twice = roles.filter((role, index) => roles.findIndex((one) => one.name === role.name) !== index);
  return [
    ...roles.flatMap((role) => [
      ...shapeLines(role),
      ...ruleLines(
        role,
        old.find((one) => one.name === role.name),
        context,
      ),
    ]),
    ...gone.map((role) => warning(`Ends the role of ${shownText(role.name)}: none of its releases could be installed any more.`)),
    ...twice.map((role) => warning(`Names the role of ${shownText(role.name)} twice.`)),
    ...keyLines(document, context.sha256, labels),
  ];
}

function shapeLines({ name, paths, terminating }: DelegatedRole): readonly ExplanationLine[] {
  if (terminating && paths.length === 1 && paths[0] === `${name}/*`) return [];
  return [warning(`The role of ${shownText(name)} would cover ${shownText(paths.join(", "))}, and not its own releases alone.`)];
}

function ruleLines(role: DelegatedRole, old: DelegatedRole | undefined, context: DelegationContext): readonly ExplanationLine[] {
  const { intent, operators, labels } = context;
  const name = shownText(role.name);
  const isByOperators = operators !== undefined && isSameRule(role, operators);
  if (old === undefined) {
    const text = `Lets ${ruleText(role, labels)} sign releases of ${name}`;
    const isAsked = isNewcomer(role.name, context);
    if (isAsked && isByOperators) return [change(`${name} is new: the same operators sign its releases.`)];
    if (context.before === undefined && isByOperators) return [];
    return [warning(isAsked ? `${text}, who are not known to be the operators.` : `${text}, which the request does not speak of.`)];
  }
  if (isSameRule(role, old)) return [];
  if (intent.kind === "quorum" && isByOperators) return [change(`Releases of ${name} are signed by the new quorum.`)];
  return [warning(`Releases of ${name} would be signed by ${ruleText(role, labels)}, until now ${ruleText(old, labels)}.`)];
}

/** The first release or rule of an application brings its role along. */
function isNewcomer(product: string, { intent, products }: DelegationContext): boolean {
  if (intent.kind === "publish") return intent.productId === product;
  return intent.kind === "minimum" && products.has(product);
}

function keyLines(document: TargetsDocument, sha256: Sha256, labels: KeyLabels): readonly ExplanationLine[] {
  const keys = Object.entries(document.delegations?.keys ?? {});
  const used = new Set((document.delegations?.roles ?? []).flatMap((role) => role.keyids));
  return [
    ...keys
      .filter(([keyId, key]) => keyIdOf(key, sha256) !== keyId)
      .map(([keyId]) => warning(`Targets calls another key ${keyName(keyId, labels)}.`)),
    ...keys
      .filter(([keyId]) => !used.has(keyId))
      .map(([keyId]) => warning(`Targets holds ${keyName(keyId, labels)}, which signs nothing.`)),
  ];
}
