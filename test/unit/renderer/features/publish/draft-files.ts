import type { ApplicationRow, KnownBytes, ReleaseRow } from "#shared/contract/applications.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { EMPTY_DRAFT, type DraftFile, type FileState, type PublishDraft } from "#renderer/stores/publish-store.ts";

/** A file of a draft, waiting, unless a test says otherwise. */
export function aFile(key: string, more: Partial<DraftFile> = {}): DraftFile {
  return {
    key,
    fileName: `${key}-1.4.2-linux-amd64`,
    sizeBytes: 1000,
    source: { kind: "path", path: `/srv/${key}` },
    state: { phase: "waiting" },
    samples: [],
    inspection: undefined,
    sha256: undefined,
    platforms: undefined,
    ...more,
  };
}

/** What intake found out about a Linux program. */
export const LINUX = {
  format: "elf",
  platform: { value: "linux/amd64", from: "file header" },
  version: { value: "1.4.2", from: "file name" },
  name: { value: "web", from: "file name" },
  advice: [],
} as const satisfies Omit<NonNullable<DraftFile["inspection"]>, "advice"> & { advice: readonly string[] };

/** A file that has arrived and been verified. */
export function aReadyFile(key: string, more: Partial<DraftFile> = {}): DraftFile {
  const state: FileState = { phase: "ready", uploadId: `upload-${key}`, sha256: "ab".repeat(32), duplicate: false };
  return aFile(key, { state, sha256: "ab".repeat(32), inspection: { ...LINUX, advice: [] }, ...more });
}

/** A draft in which nothing was chosen. */
export function aDraft(files: readonly DraftFile[], more: Partial<PublishDraft> = {}): PublishDraft {
  return { ...EMPTY_DRAFT, files, ...more };
}

/** An application with a channel `stable`. */
export function anApplication(id: string, name: string, productId: string): ApplicationRow {
  // Why the cast: a test tells only what is read.
  return { id, name, productId, channels: [{ id: "c1", name: "stable" }] } as unknown as ApplicationRow;
}

/** The application that the files of these drafts are named after. */
export const web = anApplication("web", "Web", "org.acme.web");

/** A release with one Linux file of 900 bytes. */
export function aRelease(version: string, more: Partial<ReleaseRow> = {}): ReleaseRow {
  const artifacts = [{ platform: "linux/amd64", sizeBytes: 900, digests: { sha256: "cd".repeat(32) } }];
  // Why the cast: a test tells only what is read.
  return { id: version, version, state: "published", artifacts, stores: [], runSpec: runSpec.parse({}), ...more } as unknown as ReleaseRow;
}

/** What the control plane says of bytes that a release of Web has already; they are those of {@link aReadyFile}. */
export function aKnown(version: string, platform: string): KnownBytes {
  // Why the cast: a test tells only what is read.
  return { sha256: "ab".repeat(32), applicationName: "Web", version, platform, state: "published" } as unknown as KnownBytes;
}
