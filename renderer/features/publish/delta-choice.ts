import type { Settings } from "#shared/contract/administration.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { expectedMakingMs, neededMemory } from "#shared/domain/release/delta-means.ts";
import { isDeltaFile } from "#shared/domain/release/delta-plan.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import type { DraftFile, PublishDraft } from "../../stores/publish-store.ts";
import { isArchive } from "./unpack-offer.ts";

/** What the screen says about deltas: what they bring, and what making them costs. */
export type DeltaChoice = {
  readonly isOn: boolean;
  readonly isImpossible: boolean;
  /** None can be made, since every file is packed. */
  readonly isPacked: boolean;
  readonly words: string;
};

type Rule = Pick<Settings, "deltaBases" | "deltaTimeLimitMs" | "deltaMemoryBytes">;
type Shell = "desktop" | "server";

/** The part of the file that deltas of programs which were linked anew typically have. */
const TYPICAL_PART = 0.05;

/**
 * Whether deltas would be made (of archives that hosts unpack, between what is in them), what that brings and what it
 * costs. Undefined where there is nothing to choose: no release to start from, or a control plane that makes none.
 */
export function deltaChoice(
  draft: Pick<PublishDraft, "files" | "deltas"> & { readonly isUnpacked: boolean },
  newest: ReleaseRow | undefined,
  shell: Shell | undefined,
  settings: Rule | undefined,
): DeltaChoice | undefined {
  if (newest === undefined || shell === undefined || settings === undefined || settings.deltaBases === 0) return undefined;
  const sizes = draft.files.filter((file) => isAble(file, draft.isUnpacked)).map((file) => file.sizeBytes ?? 0);
  if (sizes.length === 0) return impossible(draft.files);
  const words = `${savingWords(sizes, newest, settings)} ${costWords(sizes, shell, settings)}`;
  return { isOn: draft.deltas ?? shell === "server", isImpossible: false, isPacked: false, words };
}

const isAble = (file: DraftFile, isUnpacked: boolean): boolean =>
  isDeltaFile({
    sizeBytes: file.sizeBytes ?? 0,
    isPacked: file.inspection?.isPacked === true,
    isTree: isUnpacked && isArchive(file),
  });

function impossible(files: readonly DraftFile[]): DeltaChoice {
  const isPacked = files.some((file) => file.inspection?.isPacked === true);
  const words = isPacked
    ? "None can be made: the files are packed, so every host fetches all of them. Of unpacked programs, updates send typically 2 to 5 %."
    : "None are worth while: the files are too small.";
  return { isOn: false, isImpossible: true, isPacked, words };
}

/** What hosts would fetch: by the deltas of the newest release where it has some, else by what is usual. */
function savingWords(sizes: readonly number[], newest: ReleaseRow, { deltaBases }: Rule): string {
  const bases = deltaBases === 1 ? "the last release" : `the last ${deltaBases} releases`;
  const known = newest.artifacts.flatMap((artifact) => deltasOf(artifact).map((delta) => delta.sizeBytes / artifact.sizeBytes));
  const part = known.length === 0 ? TYPICAL_PART : known.reduce((sum, one) => sum + one, 0) / known.length;
  const largest = Math.max(...sizes);
  const basis = known.length === 0 ? "typically 2 to 5 %" : `as those of ${newest.version} had`;
  return (
    `Hosts that run one of ${bases} then fetch about ${formatBytes(part * largest)} ` + `instead of ${formatBytes(largest)} (${basis}).`
  );
}

/** What making all of them takes: one at a time, so that memory is that of the largest, and times add up. */
function costWords(sizes: readonly number[], shell: Shell, settings: Rule): string {
  const largest = Math.max(...sizes);
  const needed = Math.max(neededMemory("matches", largest, largest), neededMemory("dictionary", largest, largest));
  const memory = formatBytes(Math.min(settings.deltaMemoryBytes, needed));
  const expectedMs = settings.deltaBases * sizes.reduce((sum, one) => sum + expectedMakingMs(one, one), 0);
  const limitMs = settings.deltaTimeLimitMs;
  const time =
    expectedMs >= limitMs
      ? formatDuration(limitMs)
      : `${formatDuration(Math.max(1000, expectedMs))}, never more than ${formatDuration(limitMs)}`;
  return `Making them takes up to ${memory} of this ${shell === "desktop" ? "computer" : "server"}’s memory and about ${time}, at low priority.`;
}
