import { change, note, warning, type ExplanationLine, type KnownTrust, type Sha256 } from "./explanation.ts";
import { sameForLonger } from "./explain-lifetime.ts";
import { isSameRule, keyIdOf, keyName, ruleText, type KeyLabels, type QuorumRules } from "./key-names.ts";
import type { RoleRule, RootDocument } from "./tuf-documents.ts";

/** What a root is held against: the quorum that the request speaks of (if it does), and what was known. */
type RootContext = {
  readonly wanted: QuorumRules | undefined;
  readonly known: KnownTrust;
  readonly labels: KeyLabels;
  readonly sha256: Sha256;
};

/**
 * What a new root changes: who signs root, who signs everything else, and the online keys. Only a change of the quorum
 * explains a change of keys, and only the one that it names.
 */
export function explainRoot(root: RootDocument, context: RootContext): readonly ExplanationLine[] {
  const { wanted, known, labels } = context;
  const before = known.root;
  const ids = keyIdLines(root, context);
  const online = onlineLines(root, before, labels);
  if (wanted === undefined) {
    if (before !== undefined && isSameRoot(root, before)) return [...ids, ...online, sameForLonger("root")];
    return [
      ...ids,
      ...online,
      ...unaskedLines("root", root.roles.root, before?.roles.root, labels),
      ...unaskedLines("targets", root.roles.targets, before?.roles.targets, labels),
    ];
  }
  return [
    ...changedKeys(root, before, labels),
    change(`Root ${root.version}: any ${root.roles.root.threshold} of ${root.roles.root.keyids.length} keys sign it from now on.`),
    ...ids,
    ...wrongRule("Root", root.roles.root, wanted.root, labels),
    ...wrongRule("What hosts install", root.roles.targets, wanted.operators, labels),
    ...online,
  ];
}

function changedKeys(root: RootDocument, before: RootDocument | undefined, labels: KeyLabels): readonly ExplanationLine[] {
  const [mine, old] = [root.roles.root.keyids, before?.roles.root.keyids ?? []];
  const added = mine.filter((keyId) => !old.includes(keyId));
  const removed = old.filter((keyId) => !mine.includes(keyId));
  const threshold = before?.roles.root.threshold;
  return [
    ...added.map((keyId) => change(`Root ${root.version} adds ${keyName(keyId, labels)}.`)),
    ...removed.map((keyId) => change(`Root ${root.version} removes ${keyName(keyId, labels)}.`)),
    ...(threshold === undefined || threshold === root.roles.root.threshold
      ? []
      : [change(`Root ${root.version} asks for ${root.roles.root.threshold} signatures instead of ${threshold}.`)]),
  ];
}

function wrongRule(what: string, is: RoleRule, wanted: RoleRule, labels: KeyLabels): readonly ExplanationLine[] {
  if (isSameRule(is, wanted)) return [];
  return [warning(`${what} would be signed by ${ruleText(is, labels)}, which is not what was asked for: ${ruleText(wanted, labels)}.`)];
}

function unaskedLines(role: string, is: RoleRule, was: RoleRule | undefined, labels: KeyLabels): readonly ExplanationLine[] {
  if (was !== undefined && isSameRule(is, was)) return [];
  const before = was === undefined ? "which this key has not seen before" : `until now ${ruleText(was, labels)}`;
  return [warning(`The role ${role} would be signed by ${ruleText(is, labels)}, ${before}; the request does not speak of it.`)];
}

/** Online keys sign snapshot and timestamp. They never change with the people. */
function onlineLines(root: RootDocument, before: RootDocument | undefined, labels: KeyLabels): readonly ExplanationLine[] {
  return (["snapshot", "timestamp"] as const).flatMap((role) => {
    const rule = root.roles[role];
    if (before === undefined) return [note(`The control plane itself signs ${role}, with ${ruleText(rule, labels)}.`)];
    if (isSameRule(rule, before.roles[role])) return [];
    return [
      warning(
        `Root ${root.version} changes who signs ${role}: ${ruleText(rule, labels)}, until now ${ruleText(before.roles[role], labels)}.`,
      ),
    ];
  });
}

/** Ids are digests of keys; one that is not, or that nobody uses, is a trick. */
function keyIdLines(root: RootDocument, { sha256, labels }: RootContext): readonly ExplanationLine[] {
  const used = new Set(Object.values(root.roles).flatMap((rule) => rule.keyids));
  const wrong = Object.entries(root.keys).filter(([keyId, key]) => keyIdOf(key, sha256) !== keyId);
  const missing = [...used].filter((keyId) => root.keys[keyId] === undefined);
  const unused = Object.keys(root.keys).filter((keyId) => !used.has(keyId));
  return [
    ...wrong.map(([keyId]) => warning(`Root ${root.version} calls another key ${keyName(keyId, labels)}.`)),
    ...missing.map((keyId) => warning(`Root ${root.version} names ${keyName(keyId, labels)} without holding it.`)),
    ...unused.map((keyId) => warning(`Root ${root.version} holds ${keyName(keyId, labels)}, which signs nothing.`)),
  ];
}

function isSameRoot(left: RootDocument, right: RootDocument): boolean {
  return (["root", "targets", "snapshot", "timestamp"] as const).every((role) => isSameRule(left.roles[role], right.roles[role]));
}
