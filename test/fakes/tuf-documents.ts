import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { Delegations } from "@tufjs/models/dist/delegations.js";
import { DelegatedRole, Role } from "@tufjs/models/dist/role.js";
import { canonicalize } from "@tufjs/canonical-json";

const SPEC = "1.0.31";

/** A key pair with the id that TUF gives it. */
export type SigningKey = { readonly key: Key; readonly privateKey: KeyObject };
export type TopRole = "root" | "targets" | "snapshot" | "timestamp";
/** Any `threshold` of these keys sign. */
export type RoleKeys = { readonly keys: readonly SigningKey[]; readonly threshold: number };
/** One signed file of a repository. */
export type SignedFile = { readonly name: string; readonly version: number; readonly bytes: Buffer };
/** What every document has. `signers` need not be who should sign. */
export type Draft = { readonly version: number; readonly lifetimeMs: number; readonly signers: readonly SigningKey[] };

export const DAY_MS = 86_400_000;

/** A new Ed25519 key. */
export function makeKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync("ed25519").privateKey);
}

/** An Ed25519 key that somebody has, under the id that TUF gives it. */
export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
  const fields = { keytype: "ed25519", scheme: "ed25519", keyval: { public: raw } };
  const keyID = createHash("sha256").update(canonicalize(fields)).digest("hex");
  return { key: new Key({ keyID, keyType: "ed25519", scheme: "ed25519", keyVal: { public: raw } }), privateKey };
}

/** New keys of a role. */
export function makeKeys(count: number, threshold = count): RoleKeys {
  return { keys: Array.from({ length: count }, makeKey), threshold };
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const head = ({ version, lifetimeMs }: Draft) => ({
  version,
  specVersion: SPEC,
  expires: `${new Date(Date.now() + lifetimeMs).toISOString().split(".")[0] ?? ""}Z`,
});

function seal(name: string, draft: Draft, metadata: Metadata<Root | Targets | Snapshot | Timestamp>): SignedFile {
  for (const { key, privateKey } of draft.signers)
    metadata.sign((data) => new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString("hex") }));
  return { name, version: draft.version, bytes: Buffer.from(JSON.stringify(metadata.toJSON())) };
}

/** A root that names these keys. */
export function writeRoot(draft: Draft, roles: Readonly<Record<TopRole, RoleKeys>>): SignedFile {
  const all = Object.values(roles).flatMap(({ keys }) => keys);
  const root = new Root({
    ...head(draft),
    keys: Object.fromEntries(all.map(({ key }) => [key.keyID, key])),
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, { keys, threshold }]) => [name, new Role({ keyIDs: keys.map(({ key }) => key.keyID), threshold })]),
    ),
    consistentSnapshot: true,
  });
  return seal(`${draft.version}.root.json`, draft, new Metadata(root));
}

/** A role that names files, `targets` or one that it delegates to. */
export function writeTargets(
  role: string,
  draft: Draft,
  files: ReadonlyMap<string, Buffer>,
  delegations: ReadonlyMap<string, RoleKeys> = new Map(),
): SignedFile {
  const all = [...delegations.values()].flatMap(({ keys }) => keys);
  const roles = [...delegations].map(([name, { keys, threshold }]) => [
    name,
    new DelegatedRole({ name, keyIDs: keys.map(({ key }) => key.keyID), threshold, terminating: true, paths: [`${name}/*`] }),
  ]);
  const delegated = new Delegations({
    keys: Object.fromEntries(all.map(({ key }) => [key.keyID, key])),
    roles: Object.fromEntries(roles) as Record<string, DelegatedRole>,
  });
  const targets = new Targets({ ...head(draft), ...(delegations.size > 0 && { delegations: delegated }) });
  for (const [path, bytes] of files) targets.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256(bytes) } }));
  return seal(`${draft.version}.${role}.json`, draft, new Metadata(targets));
}

const describe = ({ version, bytes }: SignedFile): MetaFile =>
  new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });

/** The snapshot of these files, by role. */
export function writeSnapshot(draft: Draft, files: ReadonlyMap<string, SignedFile>): SignedFile {
  const meta = Object.fromEntries([...files].map(([role, file]) => [`${role}.json`, describe(file)]));
  return seal(`${draft.version}.snapshot.json`, draft, new Metadata(new Snapshot({ ...head(draft), meta })));
}

/** The timestamp of a snapshot. */
export function writeTimestamp(draft: Draft, snapshot: SignedFile): SignedFile {
  return seal("timestamp.json", draft, new Metadata(new Timestamp({ ...head(draft), snapshotMeta: describe(snapshot) })));
}

/** Where clients ask for a target: its digest before its name. */
export function requestPath(path: string, bytes: Buffer): string {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}${sha256(bytes)}.${path.slice(slash)}`;
}
