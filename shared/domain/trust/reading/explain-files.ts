import { shownText } from "../../../lib/shown-text.ts";
import { warning, type AttachedFile, type ExplanationLine } from "./explanation.ts";
import type { TargetFileEntry, TargetsDocument } from "./tuf-documents.ts";

/** How one file of a targets document changed. */
export type FileChange =
  | { readonly kind: "added" | "replaced"; readonly path: string; readonly file: TargetFileEntry }
  | { readonly kind: "removed"; readonly path: string };

/** Files that are other than they were, by path. */
export function fileChanges(document: TargetsDocument, known: TargetsDocument | undefined): readonly FileChange[] {
  const before = known?.targets ?? {};
  const changed = Object.entries(document.targets).flatMap(([path, file]): readonly FileChange[] => {
    const old = before[path];
    if (old === undefined) return [{ kind: "added", path, file }];
    return isSameFile(old, file) ? [] : [{ kind: "replaced", path, file }];
  });
  const removed = Object.keys(before)
    .filter((path) => document.targets[path] === undefined)
    .map((path): FileChange => ({ kind: "removed", path }));
  return [...changed, ...removed];
}

function isSameFile(left: TargetFileEntry, right: TargetFileEntry): boolean {
  return left.length === right.length && left.hashes.sha256 === right.hashes.sha256;
}

/**
 * The file that the request brought for a target, if its bytes are those that the document names; anything else that
 * was put there says nothing about what is signed.
 */
export function attachmentOf(file: TargetFileEntry, path: string, attached: ReadonlyMap<string, AttachedFile>): AttachedFile | undefined {
  const found = attached.get(path);
  return found !== undefined && found.sha256 === file.hashes.sha256 && found.sizeBytes === file.length ? found : undefined;
}

/** The line of a change that the request does not speak of. */
export function unaskedFile(change: FileChange, known: boolean): ExplanationLine {
  const path = shownText(change.path, 300);
  if (change.kind === "removed") return warning(`Takes ${path} away, which the request does not speak of.`);
  const digest = `sha256 ${change.file.hashes.sha256}`;
  if (change.kind === "replaced") return warning(`Replaces ${path} by other content (${digest}), which the request does not speak of.`);
  const unseen = known
    ? "which the request does not speak of"
    : "which this key has not seen before; compare it with an export (--against)";
  return warning(`Holds ${path} (${digest}), ${unseen}.`);
}
