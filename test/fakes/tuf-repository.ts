import {
  DAY_MS,
  makeKeys,
  requestPath,
  sha256,
  writeRoot,
  writeSnapshot,
  writeTargets,
  writeTimestamp,
  type RoleKeys,
  type SignedFile,
  type SigningKey,
  type TopRole,
} from "./tuf-documents.ts";

/** Who signs root, targets and the applications: any `threshold` of `count` operators. Absent, one key a role, as a server holds them. */
export type Operators = { readonly count: number; readonly threshold: number };

type Product = { version: number; readonly keys: RoleKeys; readonly files: Map<string, Buffer>; file: SignedFile };

/** Lifetimes in ms, where they are not the usual ones; a negative one has expired. */
export type Lifetimes = { readonly [role in "root" | "targets" | "snapshot" | "timestamp"]?: number };

const USUAL: Readonly<Record<TopRole, number>> = { root: 730 * DAY_MS, targets: 30 * DAY_MS, snapshot: 7 * DAY_MS, timestamp: 7 * DAY_MS };

/**
 * A real TUF repository in memory, as a control plane serves it: consistent snapshots, one delegated role per product,
 * Ed25519 throughout. Files are what clients ask for by name.
 */
export class TufRepository {
  readonly metadata = new Map<string, Buffer>();
  readonly targets = new Map<string, Buffer>();
  readonly rootBytes: Buffer;
  /** The keys of root's roles; those who break in help themselves. */
  keys: Readonly<Record<TopRole, RoleKeys>>;
  readonly #operators: RoleKeys | undefined;
  readonly #products = new Map<string, Product>();
  readonly #ownFiles = new Map<string, Buffer>();
  #versions: Record<TopRole, number> = { root: 1, targets: 0, snapshot: 0, timestamp: 0 };
  #lifetimes = USUAL;

  constructor(operators?: Operators) {
    this.#operators = operators && makeKeys(operators.count, operators.threshold);
    const held = (): RoleKeys => this.#operators ?? makeKeys(1);
    this.keys = { root: held(), targets: held(), snapshot: makeKeys(1), timestamp: makeKeys(1) };
    this.rootBytes = this.#put(writeRoot({ version: 1, lifetimeMs: USUAL.root, signers: quorum(this.keys.root) }, this.keys)).bytes;
    this.#publish([]);
  }

  /** SHA-256 of the first root, as tokens pin it. */
  get rootSha256(): string {
    return sha256(this.rootBytes);
  }

  /** The keys of the operators; none where a server holds all of them. */
  get operatorKeys(): readonly SigningKey[] {
    return this.#operators?.keys ?? [];
  }

  /** Signs a target of a product under its own role, and publishes everything anew. */
  addTarget(product: string, path: string, bytes: Buffer): void {
    this.stage(product, path, bytes);
    this.#publish([product]);
  }

  /** Has a target ready for the next publication. */
  stage(product: string, path: string, bytes: Buffer): void {
    const keys = this.#operators ?? makeKeys(1);
    const entry = this.#products.get(product) ?? { version: 0, keys, files: new Map<string, Buffer>(), file: NO_FILE };
    entry.files.set(path, bytes);
    this.#products.set(product, entry);
  }

  /** Ends the signature of a target. */
  removeTarget(product: string, path: string): void {
    this.#products.get(product)?.files.delete(path);
    this.#publish([product]);
  }

  /** Signs a target of the top-level role. */
  addOwnTarget(path: string, bytes: Buffer): void {
    this.#ownFiles.set(path, bytes);
    this.#publish([]);
  }

  /** Publishes every role anew with these lifetimes. */
  republish(timestamp: number | Lifetimes = {}): void {
    const changed = typeof timestamp === "number" ? { timestamp } : timestamp;
    this.#lifetimes = { ...USUAL, ...changed };
    this.#publish([...this.#products.keys()]);
    this.#lifetimes = USUAL;
  }

  /** The next root, with new keys for what is online, signed by those who should. */
  replaceOnlineKeys(): void {
    this.keys = { ...this.keys, snapshot: makeKeys(1), timestamp: makeKeys(1) };
    this.#versions.root += 1;
    this.#put(writeRoot({ version: this.#versions.root, lifetimeMs: this.#lifetimes.root, signers: quorum(this.keys.root) }, this.keys));
    this.#publish([]);
  }

  /** The present file of a role. */
  file(role: string): Buffer {
    const name = role === "timestamp" ? "timestamp.json" : `${this.version(role)}.${role}.json`;
    return this.metadata.get(name) ?? Buffer.alloc(0);
  }

  /** The present version of a role. */
  version(role: string): number {
    return this.#products.get(role)?.version ?? this.#versions[role as TopRole];
  }

  #publish(products: readonly string[]): void {
    const { targets, snapshot, timestamp } = this.#lifetimes;
    for (const name of products) this.#publishProduct(name, targets);
    for (const role of ["targets", "snapshot", "timestamp"] as const) this.#versions[role] += 1;
    const draft = (role: TopRole, lifetimeMs: number) => ({ version: this.#versions[role], lifetimeMs, signers: quorum(this.keys[role]) });
    const delegations = new Map([...this.#products].map(([name, { keys }]) => [name, keys] as const));
    const own = this.#put(writeTargets("targets", draft("targets", targets), this.#ownFiles, delegations));
    for (const [path, bytes] of this.#ownFiles) this.targets.set(requestPath(path, bytes), bytes);
    const files = new Map([["targets", own] as const, ...[...this.#products].map(([name, { file }]) => [name, file] as const)]);
    const taken = this.#put(writeSnapshot(draft("snapshot", snapshot), files));
    this.#put(writeTimestamp(draft("timestamp", timestamp), taken));
  }

  #publishProduct(name: string, lifetimeMs: number): void {
    const product = this.#products.get(name);
    if (product === undefined) return;
    product.version += 1;
    product.file = this.#put(writeTargets(name, { version: product.version, lifetimeMs, signers: quorum(product.keys) }, product.files));
    for (const [path, bytes] of product.files) this.targets.set(requestPath(path, bytes), bytes);
  }

  #put(file: SignedFile): SignedFile {
    this.metadata.set(file.name, file.bytes);
    return file;
  }
}

const NO_FILE: SignedFile = { name: "", version: 0, bytes: Buffer.alloc(0) };

/** As many keys as must sign. */
export function quorum({ keys, threshold }: RoleKeys): readonly SigningKey[] {
  return keys.slice(0, threshold);
}
