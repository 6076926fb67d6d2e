import type { AuditEntry } from "#shared/domain/audit/audit.ts";

/** What the audit can be narrowed by; each stands in the URL. */
export type AuditQuery = {
  readonly search?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly fleetId?: string;
  readonly from?: number;
  readonly to?: number;
};

const DAY_MS = 86_400_000;

/** Reads the filter from the URL. Days are local; `to` includes its whole day. */
export function readAuditQuery(params: URLSearchParams): AuditQuery {
  const text = (name: string) => {
    const value = params.get(name) ?? "";
    return value === "" ? {} : { [name]: value };
  };
  const from = dayStart(params.get("from"));
  const to = dayStart(params.get("to"));
  const query: AuditQuery = { ...text("search"), ...text("actor"), ...text("action"), ...text("fleetId") };
  return { ...query, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: to + DAY_MS - 1 }) };
}

function dayStart(day: string | null): number | undefined {
  const at = day === null || day === "" ? Number.NaN : Date.parse(`${day}T00:00:00`);
  return Number.isNaN(at) ? undefined : at;
}

/** Whether anything narrows the list. */
export function isNarrowed(query: AuditQuery): boolean {
  return Object.keys(query).length > 0;
}

/** "rollout.paused" as people read it: "Rollout paused"; "subscription.policy-set" is "Subscription policy set". */
export function actionWords(action: string): string {
  const words = action
    .replaceAll(/[._-]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PLACES: Readonly<Record<string, string>> = {
  rollout: "/rollouts/",
  host: "/hosts/",
  fleet: "/fleets/",
  application: "/applications/",
};

/** Where the subject of an entry can be looked at, when it has a page. */
export function subjectHref(subject: string): string | undefined {
  const at = subject.indexOf(":");
  const place = PLACES[subject.slice(0, at)];
  return place === undefined ? undefined : `${place}${subject.slice(at + 1)}`;
}

/** Finds the present name of a subject such as `host:<id>`; undefined when it has none that we know. */
export type NameOf = (subject: string) => string | undefined;

function nameIn(details: AuditEntry["details"]): string | undefined {
  const text = (name: string): string | undefined => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [application, group] = [text("application"), text("group")];
  const pair = application !== undefined && group !== undefined ? `${application} in ${group}` : undefined;
  const after = fieldsOf(details["after"])["name"];
  return text("name") ?? text("title") ?? pair ?? text("label") ?? (typeof after === "string" ? after : undefined) ?? text("version");
}

/** A subject for people: the noun and the beginning of its id, or its name where it has one. */
export function subjectWords(entry: Pick<AuditEntry, "subject" | "details">, nameOf: NameOf = () => undefined): string {
  const at = entry.subject.indexOf(":");
  const noun = at < 0 ? entry.subject : entry.subject.slice(0, at);
  const id = at < 0 ? "" : entry.subject.slice(at + 1);
  const named = nameIn(entry.details) ?? nameOf(entry.subject);
  if (named !== undefined) return `${noun} ${named}`;
  return id === "" ? noun : `${noun} ${/^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id}`;
}

type Json = AuditEntry["details"][string];

/** One fact of an entry: what it was, what it became; `before` is undefined for facts that stand by themselves. */
export type DetailLine = {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isChanged: boolean;
};

/** Entries with `before` and `after` become pairs, field by field; everything else stays as it is. */
export function detailLines(details: AuditEntry["details"]): readonly DetailLine[] {
  const { before, after, ...rest } = details;
  const plain = Object.entries(rest).map(([name, value]) => ({ name, before: undefined, after: show(value), isChanged: false }));
  if (before === undefined && after === undefined) return plain;
  const old = fieldsOf(before);
  const fresh = fieldsOf(after);
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  const pairs = names.map((name) => ({
    name,
    before: show(old[name]),
    after: show(fresh[name]),
    isChanged: show(old[name]) !== show(fresh[name]),
  }));
  return [...pairs.sort((left, right) => Number(right.isChanged) - Number(left.isChanged)), ...plain];
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  if (value === undefined || value === null) return {};
  return typeof value === "object" && !Array.isArray(value) ? value : { value };
}

function show(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Actors seen in the loaded entries, for the filter's list. */
export function actorsOf(entries: readonly AuditEntry[]): readonly string[] {
  return [...new Set(entries.map((entry) => entry.actor))].sort();
}

/** The file name of an export. */
export function exportName(format: string, now: Date): string {
  return `rollcall-audit-${now.toISOString().slice(0, 10)}.${format}`;
}

/** What an intact chain proves: how much of it, and how much of that is signed. */
export function intactWords(entries: number, checkpoints: number, head: string): string {
  const signed =
    checkpoints === 0
      ? "no checkpoint has been signed yet"
      : `${checkpoints} signed ${checkpoints === 1 ? "checkpoint holds" : "checkpoints hold"}`;
  return `${entries} ${entries === 1 ? "entry is" : "entries are"} as written; ${signed}. Head ${head.slice(0, 16)}…`;
}
