import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { Delegations } from "@tufjs/models/dist/delegations.js";
import { DelegatedRole, Role } from "@tufjs/models/dist/role.js";
import { canonicalize } from "@tufjs/canonical-json";

const SPEC = "1.0.31";
const YEAR_MS = 365 * 86_400_000;

type SigningKey = { readonly key: Key; readonly privateKey: KeyObject };
type RoleName = "root" | "targets" | "snapshot" | "timestamp";

function makeKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
  const fields = { keytype: "ed25519", scheme: "ed25519", keyval: { public: raw } };
  const keyID = createHash("sha256").update(canonicalize(fields)).digest("hex");
  return { key: new Key({ keyID, keyType: "ed25519", scheme: "ed25519", keyVal: { public: raw } }), privateKey };
}

const signWith =
  ({ key, privateKey }: SigningKey) =>
  (data: Buffer): Signature =>
    new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString("hex") });

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const after = (ms: number): string => `${new Date(Date.now() + ms).toISOString().split(".")[0] ?? ""}Z`;

/**
 * A real TUF repository in memory, as a control plane serves it: consistent snapshots, one delegated role per product,
 * Ed25519 throughout. Files are what `tuf-js` asks for by name.
 */
export class TufRepository {
  readonly metadata = new Map<string, Buffer>();
  readonly targets = new Map<string, Buffer>();
  readonly rootBytes: Buffer;
  readonly #keys: Record<RoleName, SigningKey> = { root: makeKey(), targets: makeKey(), snapshot: makeKey(), timestamp: makeKey() };
  readonly #products = new Map<string, { readonly key: SigningKey; readonly files: Map<string, Buffer> }>();
  #version = 0;

  constructor() {
    const roles = Object.fromEntries(
      Object.entries(this.#keys).map(([name, { key }]) => [name, new Role({ keyIDs: [key.keyID], threshold: 1 })]),
    );
    const keys = Object.fromEntries(Object.values(this.#keys).map(({ key }) => [key.keyID, key]));
    const root = new Metadata(new Root({ version: 1, specVersion: SPEC, expires: after(YEAR_MS), keys, roles, consistentSnapshot: true }));
    root.sign(signWith(this.#keys.root));
    this.rootBytes = Buffer.from(JSON.stringify(root.toJSON()));
    this.metadata.set("1.root.json", this.rootBytes);
    this.#publish();
  }

  /** SHA-256 of the first root, as tokens pin it. */
  get rootSha256(): string {
    return sha256(this.rootBytes);
  }

  /** Signs a target of a product under its own role, and publishes everything anew. */
  addTarget(product: string, path: string, bytes: Buffer): void {
    const entry = this.#products.get(product) ?? { key: makeKey(), files: new Map<string, Buffer>() };
    entry.files.set(path, bytes);
    this.#products.set(product, entry);
    this.#publish();
  }

  /** Publishes timestamp and snapshot anew with these lifetimes; a negative one has expired. */
  republish(timestampLifetimeMs: number): void {
    this.#publish(timestampLifetimeMs);
  }

  #publish(timestampLifetimeMs = YEAR_MS): void {
    this.#version += 1;
    const version = this.#version;
    const meta: Record<string, MetaFile> = { "targets.json": new MetaFile({ version }) };
    for (const [product, { key, files }] of this.#products) {
      const targets = new Targets({ version, specVersion: SPEC, expires: after(YEAR_MS) });
      for (const [path, bytes] of files) this.#addFile(targets, path, bytes);
      this.#store(`${version}.${product}.json`, new Metadata(targets), key);
      meta[`${product}.json`] = new MetaFile({ version });
    }
    this.#store(`${version}.targets.json`, new Metadata(this.#topTargets(version)), this.#keys.targets);
    this.#store(
      `${version}.snapshot.json`,
      new Metadata(new Snapshot({ version, specVersion: SPEC, expires: after(YEAR_MS), meta })),
      this.#keys.snapshot,
    );
    const snapshotMeta = new MetaFile({ version });
    const timestamp = new Timestamp({ version, specVersion: SPEC, expires: after(timestampLifetimeMs), snapshotMeta });
    this.#store("timestamp.json", new Metadata(timestamp), this.#keys.timestamp);
  }

  #topTargets(version: number): Targets {
    const keys = Object.fromEntries([...this.#products.values()].map(({ key }) => [key.key.keyID, key.key]));
    const roles = Object.fromEntries(
      [...this.#products].map(([name, { key }]) => [
        name,
        new DelegatedRole({ name, keyIDs: [key.key.keyID], threshold: 1, terminating: true, paths: [`${name}/*`] }),
      ]),
    );
    const delegations = this.#products.size === 0 ? {} : { delegations: new Delegations({ keys, roles }) };
    return new Targets({ version, specVersion: SPEC, expires: after(YEAR_MS), ...delegations });
  }

  #addFile(targets: Targets, path: string, bytes: Buffer): void {
    const hash = sha256(bytes);
    targets.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256: hash } }));
    const slash = path.lastIndexOf("/");
    this.targets.set(`${path.slice(0, slash)}/${hash}.${path.slice(slash + 1)}`, bytes);
  }

  #store(name: string, metadata: Metadata<Root | Targets | Snapshot | Timestamp>, key: SigningKey): void {
    metadata.sign(signWith(key));
    this.metadata.set(name, Buffer.from(JSON.stringify(metadata.toJSON())));
  }
}
