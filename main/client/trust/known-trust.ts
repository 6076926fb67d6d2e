import type { KnownTrust } from "#shared/domain/trust/reading/explanation.ts";
import { readRoot, readTargets, type RootDocument, type TargetsDocument } from "#shared/domain/trust/reading/tuf-documents.ts";
import type { ControlPlaneMemory, RememberedDocument } from "./signer-memory.ts";

/** The versions that the documents of a request have, by role. */
export type DraftVersions = ReadonlyMap<string, number>;

/**
 * What a request is held against: of each role the newest document that a quorum is known to have signed (`exported`) or
 * that this key has signed itself. A draft of the very version in question was signed before and never came into force,
 * so it is no measure; one of a higher version is, so that a step back shows.
 */
export function knownTrust(
  memories: readonly ControlPlaneMemory[],
  exported: readonly RememberedDocument[],
  drafts: DraftVersions,
): KnownTrust {
  const newest = new Map<string, RememberedDocument>();
  const signed = memories.flatMap((memory) => memory.documents).filter((one) => drafts.get(one.role) !== one.version);
  for (const one of [...exported, ...signed]) {
    if (one.version > (newest.get(one.role)?.version ?? 0)) newest.set(one.role, one);
  }
  let root: RootDocument | undefined;
  const roles = new Map<string, TargetsDocument>();
  for (const [role, { version, text }] of newest) {
    const name = `${version}.${role}.json`;
    if (role === "root") root = readRoot(name, text).document;
    else roles.set(role, readTargets(name, text).document);
  }
  return {
    root,
    roles,
    files: new Map(memories.flatMap((memory) => memory.files.map(({ sha256, text }) => [sha256, text] as const))),
    labels: new Map(memories.flatMap((memory) => memory.labels.map(({ keyId, label }) => [keyId, label] as const))),
  };
}
