import type { DeltaPreparation } from "#shared/domain/release/delta-preparation.ts";
import { releaseId as releaseIdSchema, type ReleaseId } from "#shared/lib/ids.ts";
import { keys } from "./query-keys.ts";
import { useContractAction } from "./use-contract-action.ts";
import { useContractQuery } from "./use-contract-query.ts";

/** How the deltas of a release are made, or were; undefined while that is not known, or when none were to be made. */
export function useDeltas(releaseId: string): DeltaPreparation | undefined {
  const release = releaseIdSchema.safeParse(releaseId);
  const read = useContractQuery(
    keys.releaseDeltas(releaseId),
    (client, signal) => (release.success ? client.deltas.get({ releaseId: release.data }, { signal }) : Promise.resolve(null)),
    { enabled: release.success },
  );
  return read.data ?? undefined;
}

/** Pauses, resumes, retries or skips the making of a release's deltas. */
export function useDeltaCommand(releaseId: ReleaseId) {
  return useContractAction({
    run: (client, command: "pause" | "resume" | "retry" | "skip") => client.deltas[command]({ releaseId }),
    notDone: "The making of deltas goes on as it was.",
    stale: ["deltas", "releases", "publications"],
  });
}
