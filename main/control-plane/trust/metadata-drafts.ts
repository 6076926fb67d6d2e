import { Root, Snapshot, Targets, Timestamp, type Key, type MetaFile, type TargetFile } from "@tufjs/models";
import { rootAuthority, type Authority } from "./authority.ts";
import { expiryText, TOP_LEVEL_ROLES, type TopLevelRole, type TrustMode } from "./role-lifetimes.ts";
import { TargetsDocument } from "#main/node/targets-document.ts";

const SPEC_VERSION = "1.0.31";

/** Which version of a role is drafted, when (epoch milliseconds), and who will sign it: that decides how long it lives. */
export type Draft = { readonly version: number; readonly now: number; readonly mode: TrustMode };

const head = (role: string, { version, now, mode }: Draft) => ({
  specVersion: SPEC_VERSION,
  version,
  expires: expiryText(role, mode, now),
});

/** The root of one key per role, each of which must sign: what a single machine can hold. */
export function draftRoot(draft: Draft, keys: Readonly<Record<(typeof TOP_LEVEL_ROLES)[number], Key>>): Root {
  const root = new Root({ ...head("root", draft), consistentSnapshot: true });
  for (const role of TOP_LEVEL_ROLES) root.addKey(keys[role], role);
  return root;
}

/** The same root signed for longer. */
export function renewRoot(root: Root, draft: Draft): Root {
  return new Root({ ...head("root", draft), consistentSnapshot: true, keys: root.keys, roles: root.roles });
}

/** The root in which people sign root and targets, and the control plane snapshot and timestamp alone. */
export function operatorRoot(before: Root, draft: Draft, people: { readonly root: Authority; readonly targets: Authority }): Root {
  return changedRoot(before, draft, people);
}

/** The root in which other keys sign snapshot and timestamp, and the same people or keys all else. */
export function exchangedRoot(before: Root, draft: Draft, { snapshot, timestamp }: Readonly<Record<"snapshot" | "timestamp", Key>>): Root {
  return changedRoot(before, draft, { snapshot: { threshold: 1, keys: [snapshot] }, timestamp: { threshold: 1, keys: [timestamp] } });
}

/** The next root, in which other roles keep who signs them. Keys that nobody uses any more are left out. */
function changedRoot(before: Root, draft: Draft, changes: Partial<Readonly<Record<TopLevelRole, Authority>>>): Root {
  const root = new Root({ ...head("root", draft), consistentSnapshot: true });
  for (const role of TOP_LEVEL_ROLES) {
    const { threshold, keys } = changes[role] ?? rootAuthority(before, role);
    for (const key of keys) root.addKey(key, role);
    const named = root.roles[role];
    if (named === undefined) throw new TypeError(`root has no role ${role}`);
    root.roles[role] = Object.assign(named, { threshold });
  }
  return root;
}

/** What the top-level targets role names: rules of fleets, and who signs each application, by product id. */
export type TargetsContent = {
  readonly files: Readonly<Record<string, TargetFile>>;
  readonly applications: ReadonlyMap<string, Authority>;
};

/** The top-level targets role, which delegates `<productId>/*` to one role per application. */
export function draftTargets(draft: Draft, { files, applications }: TargetsContent): Targets {
  const keys = [...applications.values()].flatMap((authority) => authority.keys).map((key) => [key.keyID, key.toJSON()] as const);
  const roles = [...applications]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, authority]) => ({
      name,
      keyids: authority.keys.map((key) => key.keyID),
      threshold: authority.threshold,
      terminating: true,
      paths: [`${name}/*`],
    }));
  // Why from JSON: the library keeps the classes of delegations to itself.
  const { delegations } = Targets.fromJSON({
    _type: "targets",
    spec_version: SPEC_VERSION,
    version: draft.version,
    expires: expiryText("targets", draft.mode, draft.now),
    targets: {},
    delegations: { keys: Object.fromEntries(keys), roles },
  });
  return new TargetsDocument({ ...head("targets", draft), targets: { ...files }, ...(delegations === undefined ? {} : { delegations }) });
}

/** An application's own role with all of its published manifests, and its policy. */
export function draftApplication(draft: Draft, files: Readonly<Record<string, TargetFile>>): Targets {
  return new TargetsDocument({ ...head("targets", draft), targets: { ...files } });
}

/** The snapshot of exactly these files, by role. */
export function draftSnapshot(draft: Draft, files: ReadonlyMap<string, MetaFile>): Snapshot {
  return new Snapshot({
    ...head("snapshot", draft),
    meta: Object.fromEntries([...files].map(([role, file]) => [`${role}.json`, file])),
  });
}

/** Names the newest root that counts, so that a root becomes visible together with everything that stands on it. */
export const ROOT_VERSION_FIELD = "x-rollcall-root-version";

/** The timestamp, by which clients learn of everything else. */
export function draftTimestamp(draft: Draft, snapshot: MetaFile, rootVersion: number): Timestamp {
  return new Timestamp({
    ...head("timestamp", draft),
    snapshotMeta: snapshot,
    unrecognizedFields: { [ROOT_VERSION_FIELD]: rootVersion },
  });
}
