import type { ArtifactFormat } from "#shared/domain/artifact/artifact.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { DraftFile } from "../../stores/publish-store.ts";

const ARCHIVES: readonly ArtifactFormat[] = ["tar", "gzip", "zstd", "zip"];

/** What the form says of archives: it offers to have hosts unpack them, says that they do, or that a file is none. */
export type UnpackOffer =
  | { readonly kind: "none" }
  | { readonly kind: "offered"; readonly fileName: string }
  | { readonly kind: "chosen" }
  | { readonly kind: "contradicted"; readonly fileName: string };

/** Whether hosts could unpack it. A Java archive is a zip that its runtime reads as it is. */
export const isArchive = ({ inspection }: DraftFile): boolean =>
  inspection !== undefined && ARCHIVES.includes(inspection.format) && inspection.kind !== "Java archive";

/** Looks at the files of a draft with what its run spec says about unpacking. */
export function unpackOffer(files: readonly DraftFile[], unpack: RunSpec["unpack"]): UnpackOffer {
  const archive = files.find(isArchive);
  if (unpack !== true) return archive === undefined ? { kind: "none" } : { kind: "offered", fileName: archive.fileName };
  const other = files.find((file) => file.inspection !== undefined && !isArchive(file));
  return other === undefined ? { kind: "chosen" } : { kind: "contradicted", fileName: other.fileName };
}
