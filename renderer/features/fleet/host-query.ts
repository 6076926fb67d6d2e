import type { HostRow } from "#shared/contract/fleets.ts";
import { compareSemver, isSemver } from "#shared/lib/semver.ts";

/** What can be asked about a host, beside free text. */
export const QUERY_FIELDS = ["group", "status", "version", "platform", "label", "is"] as const;
type QueryField = (typeof QUERY_FIELDS)[number];

/** One condition: `group:canary`, `version:<1.5.0`, or a bare word. */
export type QueryTerm =
  | { readonly kind: "field"; readonly field: QueryField; readonly value: string }
  | { readonly kind: "word"; readonly value: string };

const isField = (text: string): text is QueryField => QUERY_FIELDS.some((field) => field === text);

/** Reads `group:canary status:failed edge-0`. A field we do not know is a word like any other. */
export function parseHostQuery(text: string): readonly QueryTerm[] {
  return text
    .split(/\s+/)
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf(":");
      const field = part.slice(0, Math.max(0, at));
      const value = part.slice(at + 1);
      return isField(field) && value !== "" ? { kind: "field", field, value } : { kind: "word", value: part };
    });
}

/** Whether a host meets every condition; several values of one field are alternatives. */
export function matchesHostQuery(host: HostRow, terms: readonly QueryTerm[]): boolean {
  const words = terms.filter((term) => term.kind === "word");
  const fields = new Map<QueryField, string[]>();
  for (const term of terms) if (term.kind === "field") fields.set(term.field, [...(fields.get(term.field) ?? []), term.value]);
  return (
    words.every((word) => hasWord(host, word.value)) &&
    [...fields].every(([field, values]) => values.some((value) => meets(host, field, value)))
  );
}

function hasWord(host: HostRow, word: string): boolean {
  const text = `${host.name} ${host.facts?.hostname ?? ""} ${host.groupName}`.toLowerCase();
  return text.includes(word.toLowerCase());
}

function meets(host: HostRow, field: QueryField, value: string): boolean {
  switch (field) {
    case "group":
      return host.groupName === value;
    case "status":
      return host.status === value;
    case "platform":
      return host.facts?.platform.includes(value) ?? false;
    case "label":
      return hasLabel(host, value);
    case "is":
      return isSo(host, value);
    case "version":
      return host.applications.some((one) => one.currentVersion !== undefined && versionMeets(one.currentVersion, value));
  }
}

function hasLabel(host: HostRow, value: string): boolean {
  const [name = "", wanted] = value.split("=");
  const label = host.labels[name];
  return label !== undefined && (wanted === undefined || label === wanted);
}

function isSo(host: HostRow, value: string): boolean {
  if (value === "pinned") return host.pinnedReleaseId !== undefined;
  if (value === "pending" || value === "revoked") return host.state === value;
  return host.connection === value;
}

/** Whether a version meets `1.5.0`, `<1.5.0`, `<=1.5.0`, `>1.5.0` or `>=1.5.0`. A part such as `1.5` matches by its beginning. */
export function versionMeets(version: string, condition: string): boolean {
  const operator = /^(?:<=|>=|<|>)?/.exec(condition)?.[0] ?? "";
  const bound = condition.slice(operator.length);
  if (!isSemver(bound)) return operator === "" && version.startsWith(bound);
  const order = compareSemver(version, bound);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  if (operator === ">") return order > 0;
  return operator === ">=" ? order >= 0 : order === 0;
}

/** The query with a condition put in or taken out, for chips: `status:failed`. */
export function toggleTerm(text: string, term: string): string {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  return (parts.includes(term) ? parts.filter((part) => part !== term) : [...parts, term]).join(" ");
}
