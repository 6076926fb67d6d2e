import type { DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import type { DeltaReport } from "./delta-messages.ts";

/** Hears how far the whole of one try is. */
export type OnTryProgress = (progress: DeltaProgress) => void;

/** Passes progress on, once for each hundredth and each new stage: nobody sees more. */
export function tellProgress(post: (report: DeltaReport) => void): OnTryProgress {
  let told = "";
  return ({ stage, share }) => {
    const mark = `${stage} ${Math.floor(share * 100)}`;
    if (mark === told) return;
    told = mark;
    post({ kind: "progress", stage, share });
  };
}
