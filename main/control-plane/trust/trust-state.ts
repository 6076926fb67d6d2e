import type { Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import type { TrustFiles } from "../ports/trust-files.ts";
import { damaged, parseMetadata, readSigned, type MetadataFile } from "./metadata-file.ts";

/** The repository as clients see it now. Replaced as a whole once the timestamp that names it is durable. */
export type TrustState = {
  readonly root: MetadataFile<Root>;
  readonly targets: MetadataFile<Targets>;
  /** By product id. */
  readonly applications: ReadonlyMap<string, MetadataFile<Targets>>;
  readonly snapshot: MetadataFile<Snapshot>;
  readonly timestamp: MetadataFile<Timestamp>;
};

/** The newest root, or undefined before the first start wrote one. Clients walk from version 1 without gaps, and so do we. */
export async function loadRoot(files: TrustFiles): Promise<MetadataFile<Root> | undefined> {
  let newest: MetadataFile<Root> | undefined;
  for (let version = 1; ; version += 1) {
    const name = `${version}.root.json`;
    const bytes = await files.read(name);
    if (bytes === undefined) return newest;
    const previous = newest;
    newest = readSigned(parseMetadata.root, { name, bytes }, "root", (own) => previous?.signed ?? own);
  }
}

/**
 * Reads what the timestamp names; files that it does not name were left by a killed publication and count for nothing.
 *
 * @returns undefined before the first timestamp was written.
 * @throws AppError ENV_DATA_CORRUPT when a named file is missing, damaged or not signed by our keys.
 */
export async function loadState(files: TrustFiles, root: MetadataFile<Root>): Promise<TrustState | undefined> {
  const timestampBytes = await files.read("timestamp.json");
  if (timestampBytes === undefined) return undefined;
  const byRoot = () => root.signed;
  const timestamp = readSigned(parseMetadata.timestamp, { name: "timestamp.json", bytes: timestampBytes }, "timestamp", byRoot);
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
  return { root, targets, applications, snapshot, timestamp };
}

async function required(files: TrustFiles, name: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const bytes = await files.read(name);
  if (bytes === undefined) throw damaged(name);
  return { name, bytes };
}
