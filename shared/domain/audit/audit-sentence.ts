import { formatBytes } from "../../lib/format.ts";
import type { AuditEntry } from "./audit.ts";

/** What of an entry a sentence is made of. */
export type SentenceEntry = Pick<AuditEntry, "action" | "subject" | "reason" | "details">;

/** What a subject (`<noun>:<id>`) is called, where the entry itself does not say: "web 1.5.0" for a rollout. */
export type SubjectName = (subject: string) => string | undefined;

type Details = AuditEntry["details"];
type Facts = {
  /** The subject's name. */
  readonly name: string;
  /** A text or number of the details, or of `before` and `after` in them; empty when it is not there. */
  readonly of: (...path: readonly string[]) => string;
  /** A list of texts of the details. */
  readonly list: (...path: readonly string[]) => string;
};
type Sentence = (facts: Facts) => string;

const counted = (count: string, one: string, many: string): string => `${count} ${count === "1" ? one : many}`;

const FLEETS: Readonly<Record<string, Sentence>> = {
  "fleet.created": ({ of, list }) => `Made fleet ${of("after", "name")} with ${list("after", "groups")}`,
  "fleet.updated": ({ of }) =>
    of("before", "name") === of("after", "name")
      ? `Described fleet ${of("after", "name")} anew`
      : `Renamed fleet ${of("before", "name")} to ${of("after", "name")}`,
  "group.added": ({ of }) => `Added group ${of("name")}`,
  "group.renamed": ({ of }) => `Renamed group ${of("before", "name")} to ${of("after", "name")}`,
  "group.ordered": ({ list }) => `Put groups in order: ${list("after", "order")}`,
  "group.removed": ({ of }) => `Removed group ${of("name")}`,
  "token.created": ({ of }) => `Made ${token(of("label"))} for ${of("group")} (${counted(of("maxUses"), "use", "uses")})`,
  "token.revoked": ({ of }) => `Revoked ${token(of("label"))}`,
};

const HOSTS: Readonly<Record<string, Sentence>> = {
  "host.enrolled": ({ of }) => `Host ${of("name")} enrolled${of("state") === "pending" ? " and waits for approval" : ""}`,
  "host.approved": ({ name }) => `Approved host ${name}`,
  "host.moved": ({ name, of }) => `Moved host ${name} from ${of("before", "group")} to ${of("after", "group")}`,
  "host.pinned": ({ name, of }) => `Pinned host ${name} to ${of("application")} ${of("after", "version")}`,
  "host.unpinned": ({ name, of }) => `Unpinned host ${name} from ${of("application")} ${of("before", "version")}`,
  "host.labelled": ({ name }) => `Labelled host ${name}`,
  "host.revoked": ({ name }) => `Revoked host ${name}`,
  "host.cloned": ({ name }) => `Host ${name} is cloned`,
  "link.refused": ({ name }) => `Refused what claimed to be host ${name}`,
  "host.clone-resolved": ({ name }) => `Host ${name} is one machine again`,
  "command.issued": ({ name, of }) => commanded(of("command"), of("application"), name),
};

const notMade = (count: string): string => (count === "0" || count === "" ? "" : `; ${count} could not be made`);

/** The store by name; entries of the first days do not say it. */
const storeOf = (of: Facts["of"]): string => of("store") || "a store";

const RELEASES: Readonly<Record<string, Sentence>> = {
  "application.created": ({ name }) => `Registered application ${name}`,
  "application.changed": ({ of }) => `Changed application ${of("after", "name")}`,
  "channel.created": ({ name }) => `Made channel ${name}`,
  "channel.moved": ({ name, of }) => `Moved channel ${name} to ${of("version")}`,
  "release.drafted": ({ name }) => `Drafted ${name}`,
  "release.draft-changed": ({ name }) => `Changed the draft of ${name}`,
  "release.draft-discarded": ({ of }) => `Discarded the draft of ${of("version")}`,
  "release.adopted": ({ name, of }) => `Adopted ${name} from ${storeOf(of)} as a draft`,
  "release.signing-began": ({ name }) => `Began to sign ${name}`,
  "release.deltas-made": ({ name, of }) => `Made ${counted(of("made"), "delta", "deltas")} for ${name}${notMade(of("notMade"))}`,
  "release.deltas-paused": ({ name }) => `Paused the making of deltas for ${name}`,
  "release.deltas-resumed": ({ name }) => `Resumed the making of deltas for ${name}`,
  "release.deltas-retried": ({ name }) => `Had the deltas of ${name} tried again that could not be made`,
  "release.deltas-skipped": ({ name }) => `Chose not to wait for the deltas of ${name}`,
  "release.published": ({ name }) => `Published ${name}`,
  "release.withdrawn": ({ name }) => `Withdrew ${name}`,
  "release.blocked": ({ name }) => `Blocked ${name}`,
  "release.unblocked": ({ name }) => `Unblocked ${name}`,
};

const sent = (bytes: string, fullBytes: string): string =>
  bytes === "" || fullBytes === "" ? "" : `; ${formatBytes(Number(bytes))} of ${formatBytes(Number(fullBytes))} were sent`;

const ROLLOUTS: Readonly<Record<string, Sentence>> = {
  "subscription.created": ({ of }) => `Subscribed ${of("group")} to ${of("application")}${following(of("after", "channel"))}`,
  "subscription.policy-changed": ({ name }) => `Changed the policy of ${name}`,
  "subscription.reattached": ({ name, of }) => `Attached ${name} to ${of("after", "channel")} again`,
  "subscription.removed": ({ name }) => `Ended the subscription of ${name}`,
  "subscription.paused": ({ name }) => `Paused ${name}`,
  "subscription.resumed": ({ name }) => `Resumed ${name}`,
  "rollout.started": ({ name }) => `Started the rollout of ${name}`,
  "rollback.started": ({ name }) => `Rolled back to ${name}`,
  "rollout.paused": ({ name }) => `Paused the rollout of ${name}`,
  "rollout.resumed": ({ name }) => `Resumed the rollout of ${name}`,
  "rollout.continued": ({ name }) => `Continued the rollout of ${name} after its gate tripped`,
  "rollout.aborted": ({ name }) => `Aborted the rollout of ${name}`,
  "rollout.superseded": ({ name }) => `Superseded the rollout of ${name}`,
  "rollout.completed": ({ name, of }) => `The rollout of ${name} completed${sent(of("sentBytes"), of("fullBytes"))}`,
  "rollout.tripped": ({ name }) => `The gate of ${name} tripped`,
  "wave.opened": ({ name, of }) => `Wave ${of("wave")} of ${name} opened for ${counted(of("members"), "host", "hosts")}`,
  "wave.passed": ({ name, of }) => `Wave ${of("wave")} of ${name} passed`,
  "wave.approved": ({ name, of }) => `Approved wave ${of("wave")} of ${name}`,
};

const STORES: Readonly<Record<string, Sentence>> = {
  "store.added": ({ of }) => `Added the store ${of("name")} (${of("kind")})`,
  "store.changed": ({ of }) => `Changed the store ${of("after", "name")}`,
  "store.secret-set": ({ of }) => `Replaced the credentials of the store ${of("name")}`,
  "store.secret-removed": ({ of }) => `Removed the credentials of the store ${of("name")}`,
  "store.removed": ({ of }) => `Removed the store ${of("name")}`,
  "publication.began": ({ name, of }) => `Began to bring ${name} to ${storeOf(of)}`,
  "publication.pause": ({ name, of }) => `Paused the publication of ${name} to ${storeOf(of)}`,
  "publication.resume": ({ name, of }) => `Resumed the publication of ${name} to ${storeOf(of)}`,
  "publication.cancel": ({ name, of }) => `Gave up the publication of ${name} to ${storeOf(of)}`,
  "publication.failed": ({ name, of }) => `The publication of ${name} to ${storeOf(of)} failed`,
  "adoption.began": ({ name, of }) => `Began to bring releases of ${name} in from ${storeOf(of)}`,
  "adoption.pause": ({ name, of }) => `Paused the adoption of releases of ${name} from ${storeOf(of)}`,
  "adoption.resume": ({ name, of }) => `Resumed the adoption of releases of ${name} from ${storeOf(of)}`,
  "adoption.cancel": ({ name, of }) => `Gave up the adoption of releases of ${name} from ${storeOf(of)}`,
  "adoption.failed": ({ name, of }) => `${of("reference")} of ${name} could not be adopted from ${storeOf(of)}`,
};

const SETTINGS: Readonly<Record<string, Sentence>> = {
  "settings.changed": () => "Changed the settings",
};

const TRUST: Readonly<Record<string, Sentence>> = {
  "trust.requested": ({ of }) => `Asked for signatures: ${of("title")}`,
  "trust.signed": ({ of }) => `${of("label")} signed: ${of("title")}`,
  "trust.completed": ({ of }) => `Signed by all who must: ${of("title")}`,
  "trust.cancelled": ({ of }) => `Gave up: ${of("title")}`,
  "trust.online-keys-replaced": ({ of }) => `Replaced the control plane's own keys of snapshot and timestamp, with root ${of("root")}`,
  "trust.redrafted": ({ of }) => `Has to be signed again, draft ${of("draft")}: ${of("title")}`,
};

const SENTENCES: ReadonlyMap<string, Sentence> = new Map(
  Object.entries({ ...FLEETS, ...HOSTS, ...RELEASES, ...STORES, ...ROLLOUTS, ...SETTINGS, ...TRUST }),
);

/** These belong to every release, which tells of itself. */
const UNTOLD = new Set(["trust.requested", "trust.completed", "publication.began", "adoption.began"]);

/** Actions that have a sentence of their own: what Home tells of. */
export const TOLD_ACTIONS: readonly string[] = [...SENTENCES.keys()].filter((action) => !UNTOLD.has(action));

/**
 * An audit entry as one sentence to a person, without its actor: "Moved host web-1 from canary to everyone: promoted".
 * An action that has no sentence of its own is told by its words, so that nothing is hidden by being new.
 */
export function auditSentence(entry: SentenceEntry, subjectName: SubjectName = () => undefined): string {
  const facts: Facts = {
    name: subjectName(entry.subject) ?? nameIn(entry),
    of: (...path) => textAt(entry.details, path),
    list: (...path) => listAt(entry.details, path),
  };
  const tell = SENTENCES.get(entry.action);
  const sentence = tell === undefined ? plainWords(entry.action, facts.name) : tell(facts);
  return entry.reason === "" ? sentence : `${sentence}: ${entry.reason}`;
}

const PLACES: Readonly<Record<string, string>> = {
  rollout: "/rollouts/",
  host: "/hosts/",
  fleet: "/fleets/",
  application: "/applications/",
};

/** The console's page about an entry: its subject's own, else that of its fleet, else the audit. */
export function auditHref(entry: Pick<AuditEntry, "subject" | "fleetId">): string {
  const [noun = "", id = ""] = entry.subject.split(":");
  const place = PLACES[noun];
  if (place !== undefined && id !== "") return place + id;
  if (noun === "settings") return "/settings";
  if (noun === "store") return "/settings/stores";
  if (noun === "signing-request") return `/settings/trust?request=${id}`;
  return entry.fleetId === undefined ? "/audit" : `/fleets/${entry.fleetId}`;
}

/** What the entry itself calls its subject, else the beginning of the subject's id. */
function nameIn({ subject, details }: SentenceEntry): string {
  for (const key of ["name", "title", "version", "label"]) {
    const text = textAt(details, [key]);
    if (text !== "") return text;
  }
  const group = textAt(details, ["group"]);
  if (group !== "") return `${textAt(details, ["application"])} in ${group}`;
  const [noun = "", id = ""] = subject.split(":");
  return id === "" ? noun : id.slice(0, 8);
}

function plainWords(action: string, name: string): string {
  const words = action.replaceAll(/[._-]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${name}`;
}

function token(label: string): string {
  return label === "" ? "an enrolment token" : `the enrolment token "${label}"`;
}

function following(channel: string): string {
  return channel === "" ? "" : `, following ${channel}`;
}

function commanded(command: string, application: string, host: string): string {
  if (command === "restart") return `Ordered a restart of ${application} on host ${host}`;
  if (command === "collect-logs") return `Asked host ${host} for the log of ${application}`;
  if (command === "follow-log") return `Followed the log of ${application} on host ${host}`;
  if (command === "lift-quarantine") return `Lifted a quarantine of ${application} on host ${host}`;
  return `Sent ${command} to host ${host}`;
}

type Json = Details[string];

function valueAt(details: Details, path: readonly string[]): Json | undefined {
  let found: Json | undefined = details;
  for (const key of path) {
    if (typeof found !== "object" || found === null || Array.isArray(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

function textAt(details: Details, path: readonly string[]): string {
  const found = valueAt(details, path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

function listAt(details: Details, path: readonly string[]): string {
  const found = valueAt(details, path);
  return Array.isArray(found) ? found.filter((one) => typeof one === "string").join(", ") : "";
}
