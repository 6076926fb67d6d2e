import { canonicalJson } from "../../../lib/canonical-json.ts";
import { shownText } from "../../../lib/shown-text.ts";
import type { OperatorQuorum } from "../trust-key.ts";
import type { Sha256 } from "./explanation.ts";
import type { KeyDocument, RoleRule } from "./tuf-documents.ts";

/** What keys are called on screen, by key id. */
export type KeyLabels = ReadonlyMap<string, string>;

/** Eight bytes of a key id: what people compare, too long to be matched by trying. */
const SHOWN_ID_LENGTH = 16;

/** The id of a key, computed from the key (specification, section 4.2), never believed. */
export function keyIdOf(key: KeyDocument, sha256: Sha256): string {
  return sha256(canonicalJson(key));
}

/** The same from a raw public key (base64url). */
export function rawKeyId(publicKey: string, sha256: Sha256): string {
  return keyIdOf(keyDocumentOf(publicKey), sha256);
}

/** A key as people read it: `"laptop-a" (key 1f2e…)`. A label is only a label; the id says who it is. */
export function keyName(keyId: string, labels: KeyLabels): string {
  const label = labels.get(keyId);
  const id = `key ${keyId.slice(0, SHOWN_ID_LENGTH)}`;
  return label === undefined ? id : `"${shownText(label, 80)}" (${id})`;
}

/** `2 of "laptop-a" (key …), "laptop-b" (key …)`. */
export function ruleText(rule: RoleRule, labels: KeyLabels): string {
  return `${rule.threshold} of ${rule.keyids.map((keyId) => keyName(keyId, labels)).join(", ")}`;
}

/** Whether two rules ask for the same: any so many of the same keys. */
export function isSameRule(left: RoleRule, right: RoleRule): boolean {
  const [mine, other] = [new Set(left.keyids), new Set(right.keyids)];
  return left.threshold === right.threshold && mine.size === other.size && [...mine].every((keyId) => other.has(keyId));
}

/** Who signs what under a quorum, by key id: recovery keys count for root alone. */
export type QuorumRules = { readonly root: RoleRule; readonly operators: RoleRule; readonly labels: KeyLabels };

/** A quorum as rules. Raw public keys (base64url) become TUF key ids. */
export function quorumRules(quorum: OperatorQuorum, sha256: Sha256): QuorumRules {
  const keys = quorum.keys.map((key) => ({ ...key, keyId: rawKeyId(key.publicKey, sha256) }));
  const operators = keys.filter((key) => key.use === "operator");
  const { threshold } = quorum;
  return {
    root: { threshold, keyids: keys.map((key) => key.keyId) },
    operators: { threshold, keyids: operators.map((key) => key.keyId) },
    labels: new Map(keys.map((key) => [key.keyId, key.use === "recovery" ? `${key.label}, recovery` : key.label])),
  };
}

function keyDocumentOf(publicKey: string): KeyDocument {
  const base64 = publicKey.replaceAll("-", "+").replaceAll("_", "/");
  const hex = Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return { keytype: "ed25519", scheme: "ed25519", keyval: { public: hex } };
}
