import { Root, Snapshot, Targets, Timestamp, type Key, type MetaFile, type TargetFile } from "@tufjs/models";
import { expiryText, TOP_LEVEL_ROLES } from "./role-lifetimes.ts";

const SPEC_VERSION = "1.0.31";

const head = (role: string, version: number, now: number) => ({ specVersion: SPEC_VERSION, version, expires: expiryText(role, now) });

/** The root of one key per role, each of which must sign: what a single machine can hold. */
export function draftRoot(version: number, now: number, keys: Readonly<Record<(typeof TOP_LEVEL_ROLES)[number], Key>>): Root {
  const root = new Root({ ...head("root", version, now), consistentSnapshot: true });
  for (const role of TOP_LEVEL_ROLES) root.addKey(keys[role], role);
  return root;
}

/** The same root signed for longer. */
export function renewRoot(root: Root, now: number): Root {
  return new Root({ ...head("root", root.version + 1, now), consistentSnapshot: true, keys: root.keys, roles: root.roles });
}

/** The top-level targets role, which names no file itself and delegates `<productId>/*` to one role per application. */
export function draftTargets(version: number, now: number, applications: ReadonlyMap<string, Key>): Targets {
  const { expires } = head("targets", version, now);
  const keys = [...applications.values()].map((key) => [key.keyID, key.toJSON()] as const);
  const roles = [...applications].map(([name, key]) => ({
    name,
    keyids: [key.keyID],
    threshold: 1,
    terminating: true,
    paths: [`${name}/*`],
  }));
  // Why from JSON: the library keeps the classes of delegations to itself.
  return Targets.fromJSON({
    _type: "targets",
    spec_version: SPEC_VERSION,
    version,
    expires,
    targets: {},
    delegations: { keys: Object.fromEntries(keys), roles },
  });
}

/** An application's own role with all of its published manifests. */
export function draftApplication(version: number, now: number, targets: Readonly<Record<string, TargetFile>>): Targets {
  return new Targets({ ...head("targets", version, now), targets: { ...targets } });
}

/** The snapshot of exactly these files, by role. */
export function draftSnapshot(version: number, now: number, files: ReadonlyMap<string, MetaFile>): Snapshot {
  return new Snapshot({
    ...head("snapshot", version, now),
    meta: Object.fromEntries([...files].map(([role, file]) => [`${role}.json`, file])),
  });
}

/** The timestamp, by which clients learn of everything else. */
export function draftTimestamp(version: number, now: number, snapshot: MetaFile): Timestamp {
  return new Timestamp({ ...head("timestamp", version, now), snapshotMeta: snapshot });
}
