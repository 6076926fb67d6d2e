import type { PlannedStep, PublicationContent } from "#main/control-plane/ports/release-store.ts";

/** An artifact to bring, once however many platforms share it. */
export type DistinctArtifact = { readonly sha256: string; readonly sizeBytes: number; readonly fileName: string };

/** Prefix of the ids of upload steps; the digest follows. */
const UPLOAD = "upload:";

/** The files of a release, each digest once. */
export function distinctArtifacts(content: PublicationContent): readonly DistinctArtifact[] {
  const { artifacts } = content.manifest;
  const entries = artifacts.map(
    ({ digests, sizeBytes, fileName }) => [digests.sha256, { sha256: digests.sha256, sizeBytes, fileName }] as const,
  );
  return [...new Map(entries).values()];
}

/** The artifact that an upload step is about; undefined for other steps. */
export function artifactOfStep(step: Pick<PlannedStep, "id">, content: PublicationContent): DistinctArtifact | undefined {
  return distinctArtifacts(content).find(({ sha256 }) => step.id === UPLOAD + sha256);
}

/**
 * The steps of a release's way into a registry: `check`, one upload per distinct file, `verify`, `describe` (documents by
 * digest, which nobody finds yet), `referrers` (signatures), `finish` (tags: now it is there).
 */
export function planPublication(content: PublicationContent): readonly PlannedStep[] {
  const uploads = distinctArtifacts(content).map(({ sha256, sizeBytes, fileName }) => ({
    id: UPLOAD + sha256,
    phase: "upload" as const,
    title: fileName,
    totalBytes: sizeBytes,
    needsSignature: false,
  }));
  const plain = { totalBytes: 0, needsSignature: false };
  return [
    { id: "check", phase: "check", title: "Look what the registry has", ...plain },
    ...uploads,
    { id: "verify", phase: "verify", title: "Ask the registry for every file", ...plain },
    { id: "describe", phase: "describe", title: "Store manifests and index", ...plain },
    { id: "referrers", phase: "describe", title: "Attach the signatures", totalBytes: 0, needsSignature: true },
    { id: "finish", phase: "finish", title: "Set the version's tag and the channels", totalBytes: 0, needsSignature: true },
  ];
}
