import type { UpdateOutcome } from "./counters.ts";
import { fetchedKind } from "#shared/domain/metrics/fetched-kind.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { HostSeam, Observation } from "../rollout/host-seam.ts";
import { readFetched } from "../rollout/traffic.ts";
import type { Tally } from "./tally.ts";

type Phase = Observation & { readonly kind: "phase" };

/** What is counted once the commit that it belongs to is through. */
type Count = () => void;

/**
 * Counts what hosts say, on its way to the engine: noted while it is written, counted after the commit. What a failed
 * commit leaves behind is forgotten with the next hello of its host, since its link ends.
 */
export function countObservations(seam: HostSeam, tally: Tally): HostSeam {
  const waiting = new Map<HostId, Count[]>();
  return {
    ...seam,
    record: (raw, hostId, observation, now) => {
      seam.record(raw, hostId, observation, now);
      if (observation.kind === "hello") waiting.delete(hostId);
      const counts = waiting.get(hostId) ?? [];
      waiting.set(hostId, counts);
      counts.push(() => tally.add("rollcall_check_ins_total", { kind: observation.kind === "phase" ? "report" : observation.kind }));
      if (observation.kind === "phase") counts.push(...notePhase(raw, hostId, observation, tally));
    },
    observed: (hostId) => {
      for (const count of waiting.get(hostId) ?? []) count();
      waiting.delete(hostId);
      seam.observed(hostId);
    },
  };
}

function notePhase(raw: RawDatabase, hostId: HostId, phase: Phase, tally: Tally): readonly Count[] {
  const counts: Count[] = [];
  const outcome = outcomeOf(phase);
  const application = outcome === undefined ? undefined : productOf(raw, phase.applicationId);
  if (outcome !== undefined && application !== undefined) counts.push(() => tally.add("rollcall_updates_total", { application, outcome }));
  const fetched = readFetched(raw, hostId, phase);
  if (fetched !== undefined) counts.push(() => addFetched(tally, fetched));
  return counts;
}

function outcomeOf({ phase, failure }: Phase): UpdateOutcome | undefined {
  if (phase === "healthy") return "completed";
  if (phase === "reverted") return "reverted";
  if (phase === "failed") return failure?.cause === "quarantined" ? "refused" : "failed";
  return phase === "idle" && (failure?.cause === "halted" || failure?.cause === "lease") ? "halted" : undefined;
}

/** Only applications that are known here become labels: a host could name any number of others. */
function productOf(raw: RawDatabase, applicationId: string): string | undefined {
  const row = raw.prepare("SELECT productId FROM applications WHERE id = ?").get(applicationId);
  return typeof row === "object" && row !== null && "productId" in row && typeof row.productId === "string" ? row.productId : undefined;
}

function addFetched(tally: Tally, fetched: { readonly bytes: number; readonly fullBytes: number; readonly deltas: number }): void {
  const { bytes, fullBytes } = fetched;
  tally.add("rollcall_downloads_total", { kind: fetchedKind(fetched) });
  tally.add("rollcall_download_bytes_total", {}, bytes);
  tally.add("rollcall_download_full_bytes_total", {}, fullBytes);
  tally.add("rollcall_download_saved_bytes_total", {}, Math.max(0, fullBytes - bytes));
  tally.add("rollcall_download_wasted_bytes_total", {}, Math.max(0, bytes - fullBytes));
}
