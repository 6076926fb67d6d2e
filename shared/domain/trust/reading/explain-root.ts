import { change, note, warning, type ExplanationLine, type KnownTrust, type Sha256 } from "./explanation.ts";
import { sameForLonger } from "./explain-lifetime.ts";
import { isSameRule, keyIdOf, keyName, ruleText, type KeyLabels, type QuorumRules } from "./key-names.ts";
import type { RoleRule, RootDocument } from "./tuf-documents.ts";

/** What a root is held against: what the request speaks of (a quorum, an exchange of online keys), and what was known. */
type RootContext = {
  readonly isExchange: boolean;
  readonly wanted: QuorumRules | undefined;
  readonly known: KnownTrust;
  readonly labels: KeyLabels;
  readonly sha256: Sha256;
};

const ONLINE_ROLES = ["snapshot", "timestamp"] as const;

/**
 * What a new root changes: who signs root, who signs everything else, and the online keys. Only a change of the quorum
 * explains a change of people's keys, and only the one that it names; only an exchange explains other online keys.
 */
export function explainRoot(root: RootDocument, context: RootContext): readonly ExplanationLine[] {
  const { wanted, isExchange, known, labels } = context;
  const before = known.root;
  const ids = keyIdLines(root, context);
  const online = isExchange ? exchangeLines(root, before, labels) : onlineLines(root, before, labels);
  if (wanted === undefined) {
    if (!isExchange && before !== undefined && isSameRoot(root, before)) return [...ids, ...online, sameForLonger("root")];
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

/** A key of the control plane alone for each of the two; one that it had before could be in other hands, too. */
function exchangeLines(root: RootDocument, before: RootDocument | undefined, labels: KeyLabels): readonly ExplanationLine[] {
  const texts = ONLINE_ROLES.map((role) => {
    const until = before === undefined ? "" : ` (until now ${ruleKeys(before.roles[role], labels)})`;
    return `${role} ${ruleKeys(root.roles[role], labels)}${until}`;
  });
  const odd = ONLINE_ROLES.filter((role) => root.roles[role].threshold !== 1 || root.roles[role].keyids.length !== 1);
  const kept = ONLINE_ROLES.filter((role) => root.roles[role].keyids.some((keyId) => before?.keys[keyId] !== undefined));
  return [
    change(`Root ${root.version} replaces the control plane's own keys: ${texts.join(", ")}.`),
    ...odd.map((role) => warning(`Root ${root.version} gives ${role} more than one key: ${ruleText(root.roles[role], labels)}.`)),
    ...kept.map((role) =>
      warning(`Root ${root.version} lets a key sign ${role} that was in use before: ${ruleText(root.roles[role], labels)}.`),
    ),
  ];
}

function ruleKeys(rule: RoleRule, labels: KeyLabels): string {
  return rule.keyids.map((keyId) => keyName(keyId, labels)).join(" and ");
}

/** Online keys sign snapshot and timestamp. They never change with the people. */
function onlineLines(root: RootDocument, before: RootDocument | undefined, labels: KeyLabels): readonly ExplanationLine[] {
  return ONLINE_ROLES.flatMap((role) => {
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
