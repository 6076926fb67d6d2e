import type { Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { hash } from "node:crypto";
import type { TrustFiles } from "../ports/trust-files.ts";
import { damaged, parseMetadata, readSigned, type MetadataFile } from "./metadata-file.ts";
import { rootVersionIn } from "./root-version-in.ts";

/** Contents of signed policies by their SHA-256. Release manifests lie in the blob store instead. */
export type Policies = ReadonlyMap<string, Uint8Array>;

/** The repository as clients see it now. Replaced as a whole once the timestamp that names it is durable. */
export type TrustState = {
  readonly root: MetadataFile<Root>;
  readonly targets: MetadataFile<Targets>;
  /** By product id. */
  readonly applications: ReadonlyMap<string, MetadataFile<Targets>>;
  readonly snapshot: MetadataFile<Snapshot>;
  readonly timestamp: MetadataFile<Timestamp>;
  readonly policies: Policies;
};

/**
 * The newest root, or undefined before the first start wrote one. Clients walk from version 1 without gaps, and so do
 * we. With `upTo`, roots beyond it were left by a killed commit and count for nothing.
 */
export async function loadRoot(files: TrustFiles, upTo = Infinity): Promise<MetadataFile<Root> | undefined> {
  let newest: MetadataFile<Root> | undefined;
  for (let version = 1; version <= upTo; version += 1) {
    const name = `${version}.root.json`;
    const bytes = await files.read(name);
    if (bytes === undefined) break;
    const previous = newest;
    const root = readSigned(parseMetadata.root, { name, bytes }, "root", (own) => previous?.signed ?? own);
    newest = readSigned(parseMetadata.root, root, "root", (own) => own);
  }
  return newest;
}

/**
 * Reads what the timestamp names; files that it does not name were left by a killed commit and count for nothing.
 *
 * @returns undefined before the first timestamp was written.
 * @throws AppError ENV_DATA_CORRUPT when a named file is missing, damaged or not signed by those who must sign it.
 */
export async function loadState(files: TrustFiles): Promise<TrustState | undefined> {
  const timestampBytes = await files.read("timestamp.json");
  if (timestampBytes === undefined) return undefined;
  const timestampFile = { name: "timestamp.json", bytes: timestampBytes };
  const root = await rootNamedBy(files, timestampFile);
  const byRoot = () => root.signed;
  const timestamp = readSigned(parseMetadata.timestamp, timestampFile, "timestamp", byRoot);
  const snapshotFile = await required(files, `${timestamp.signed.snapshotMeta.version}.snapshot.json`);
  const snapshot = readSigned(parseMetadata.snapshot, snapshotFile, "snapshot", byRoot);
  const versionOf = (role: string): number => snapshot.signed.meta[`${role}.json`]?.version ?? 0;
  const targets = readSigned(parseMetadata.targets, await required(files, `${versionOf("targets")}.targets.json`), "targets", byRoot);
  const applications = new Map<string, MetadataFile<Targets>>();
  for (const product of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const file = await required(files, `${versionOf(product)}.${product}.json`);
    applications.set(
      product,
      readSigned(parseMetadata.targets, file, product, () => targets.signed),
    );
  }
  const policies = await loadPolicies(files, [targets, ...applications.values()]);
  return { root, targets, applications, snapshot, timestamp, policies };
}

/**
 * The root that the timestamp was committed with; its caller holds the timestamp against that root. A later one that a
 * killed commit has left may name other keys. One of an earlier build names none: then the newest that it is signed for.
 */
async function rootNamedBy(files: TrustFiles, file: { readonly name: string; readonly bytes: Uint8Array }): Promise<MetadataFile<Root>> {
  const named = rootVersionIn(file);
  for (let upTo = named ?? Infinity; upTo > 0;) {
    const root = await loadRoot(files, upTo);
    const version = root?.signed.version ?? 0;
    if (root === undefined || (named !== undefined && version !== named)) throw damaged(`${named ?? 1}.root.json`);
    if (named !== undefined || isSignedFor(root.signed, file)) return root;
    upTo = version - 1;
  }
  throw damaged(file.name);
}

function isSignedFor(root: Root, file: { readonly name: string; readonly bytes: Uint8Array }): boolean {
  try {
    readSigned(parseMetadata.timestamp, file, "timestamp", () => root);
    return true;
  } catch {
    return false;
  }
}

async function loadPolicies(files: TrustFiles, roles: readonly MetadataFile<Targets>[]): Promise<Policies> {
  const policies = new Map<string, Uint8Array>();
  for (const { signed } of roles)
    for (const [path, file] of Object.entries(signed.targets)) {
      const sha256 = file.hashes["sha256"] ?? "";
      if (!isPolicyPath(path)) continue;
      const content = await required(files, policyFileName(sha256));
      if (hash("sha256", content.bytes) !== sha256) throw damaged(content.name);
      policies.set(sha256, content.bytes);
    }
  return policies;
}

/** Whether the target is a policy of ours rather than a release manifest. */
export function isPolicyPath(path: string): boolean {
  return path.startsWith("fleets/") || path.endsWith("/policy.json");
}

/** Where a policy's content lies beside the metadata. */
export function policyFileName(sha256: string): string {
  return `policy.${sha256}.json`;
}

async function required(files: TrustFiles, name: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const bytes = await files.read(name);
  if (bytes === undefined) throw damaged(name);
  return { name, bytes };
}
