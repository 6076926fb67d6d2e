import { deltaFiles, distinctArtifacts } from "#shared/domain/release/delta-files.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import type { PlannedStep, PublicationContent } from "#main/control-plane/ports/release-store.ts";

/** A file to bring, once however many platforms share it. */
export type DistinctFile = { readonly sha256: string; readonly sizeBytes: number; readonly fileName: string };

/** Prefix of the ids of upload steps; the digest follows. */
const UPLOAD = "upload:";

/** The files of a release, each digest once, with the deltas that lead to them. */
export function distinctFiles({ manifest }: PublicationContent): readonly DistinctFile[] {
  const files = distinctArtifacts(manifest).flatMap((artifact) => [
    { sha256: artifact.digests.sha256, sizeBytes: artifact.sizeBytes, fileName: artifact.fileName },
    ...deltaFiles(artifact.fileName, deltasOf(artifact)).map(({ name, sha256, sizeBytes }) => ({ sha256, sizeBytes, fileName: name })),
  ]);
  return [...new Map(files.map((one) => [one.sha256, one])).values()];
}

/** The file that an upload step is about; undefined for other steps. */
export function fileOfStep(step: Pick<PlannedStep, "id">, content: PublicationContent): DistinctFile | undefined {
  return distinctFiles(content).find(({ sha256 }) => step.id === UPLOAD + sha256);
}

/**
 * The steps of a release's way into a registry: `check`, one upload per distinct file, `verify`, `describe` (documents by
 * digest, which nobody finds yet), `referrers` (signatures), `finish` (tags: now it is there).
 */
export function planPublication(content: PublicationContent): readonly PlannedStep[] {
  const uploads = distinctFiles(content).map(({ sha256, sizeBytes, fileName }) => ({
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
