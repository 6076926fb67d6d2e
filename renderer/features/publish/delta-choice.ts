import type { Settings } from "#shared/contract/administration.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { neededMemory } from "#shared/domain/release/delta-means.ts";
import { isDeltaFile } from "#shared/domain/release/delta-plan.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import type { PublishDraft } from "../../stores/publish-store.ts";
import { isArchive } from "./unpack-offer.ts";

/** What the screen says about deltas. */
export type DeltaChoice = { readonly isOn: boolean; readonly isImpossible: boolean; readonly words: string };

/**
 * Whether deltas would be made (of archives that hosts unpack, between what is in them), what that brings and what it costs. Undefined where there is nothing to choose: no release
 * to start from, or a control plane that makes none.
 */
export function deltaChoice(
  draft: Pick<PublishDraft, "files" | "deltas"> & { readonly isUnpacked: boolean },
  newest: ReleaseRow | undefined,
  shell: "desktop" | "server" | undefined,
  settings: Pick<Settings, "deltaBases" | "deltaTimeLimitMs" | "deltaMemoryBytes"> | undefined,
): DeltaChoice | undefined {
  if (newest === undefined || shell === undefined || settings === undefined || settings.deltaBases === 0) return undefined;
  const able = draft.files.filter((file) =>
    isDeltaFile({
      sizeBytes: file.sizeBytes ?? 0,
      isPacked: file.inspection?.isPacked === true,
      isTree: draft.isUnpacked && isArchive(file),
    }),
  );
  if (able.length === 0) {
    const isPacked = draft.files.some((file) => file.inspection?.isPacked === true);
    const words = isPacked
      ? "None can be made: the files are packed, so every host fetches all of them. Of unpacked programs, updates send typically 2 to 5 %."
      : "None are worth while: the files are too small.";
    return { isOn: false, isImpossible: true, words };
  }
  const largest = Math.max(...able.map((file) => file.sizeBytes ?? 0));
  const memory = Math.min(
    settings.deltaMemoryBytes,
    Math.max(neededMemory("matches", largest, largest), neededMemory("dictionary", largest, largest)),
  );
  const bases = settings.deltaBases === 1 ? "the last release" : `the last ${settings.deltaBases} releases`;
  const words =
    `Hosts that run one of ${bases} then fetch the difference only. ` +
    `It takes up to ${formatBytes(memory)} of this ${shell === "desktop" ? "computer" : "server"}’s memory and at most ${formatDuration(settings.deltaTimeLimitMs)}, at low priority.`;
  return { isOn: draft.deltas ?? shell === "server", isImpossible: false, words };
}
