import type { DraftFile, FileSource } from "../../stores/publish-store.ts";

/** A file of the draft as it begins. */
export function draftFile(source: FileSource, key: string): DraftFile {
  const isFile = source.kind === "file";
  return {
    key,
    fileName: isFile ? source.file.name : (source.path.split(/[/\\]/).at(-1) ?? source.path),
    sizeBytes: isFile ? source.file.size : undefined,
    source,
    state: { phase: "waiting" },
    samples: [],
    inspection: undefined,
    sha256: undefined,
    platforms: undefined,
  };
}

/** Files that the draft does not have yet: dropping the same file twice takes it once. */
export function newFiles(present: readonly DraftFile[], sources: readonly FileSource[]): readonly FileSource[] {
  const seen = new Set(present.map((file) => identity(file.source)));
  return sources.filter((source) => {
    const own = identity(source);
    const isNew = !seen.has(own);
    seen.add(own);
    return isNew;
  });
}

const identity = (source: FileSource): string =>
  source.kind === "path" ? source.path : `${source.folder ?? ""}/${source.file.name}|${source.file.size}|${source.file.lastModified}`;
