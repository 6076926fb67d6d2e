import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { ACTIVE_ROLLOUT_STATES, type RolloutState } from "#shared/domain/rollout/rollout.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { CommandContext } from "./command.ts";
import { followChanges } from "./follow-changes.ts";
import { table } from "./output.ts";

const SETTLED: ReadonlySet<RolloutState> = new Set(["tripped", "completed", "superseded", "aborted"]);

/** A rollout as lines of text: its state, a row for each wave, the distinct causes of failure. */
export function detailLines(detail: RolloutDetail): string[] {
  const { rollout } = detail;
  const rows = detail.waves.map((wave) => [
    wave.groupName,
    wave.state,
    `${wave.counts.succeeded}/${wave.counts.waiting + wave.counts.updating + wave.counts.succeeded + wave.counts.failed}`,
    String(wave.counts.failed),
    String(wave.counts.excluded),
    wave.readings
      .filter((reading) => !reading.met)
      .map(readingText)
      .join("; "),
  ]);
  return [
    `${rollout.title} (${rollout.kind}) in ${rollout.fleetName}: ${rollout.state}${rollout.stateReason === "" ? "" : ` (${rollout.stateReason})`}`,
    "",
    ...table(["WAVE", "STATE", "DONE", "FAILED", "EXCLUDED", "WAITS FOR"], rows, "No waves."),
    ...detail.failures.flatMap((failure) => [
      `  ${failure.count} × ${failure.cause}: ${failure.example.message} (${failure.example.hostName})`,
    ]),
  ];
}

function readingText(reading: RolloutDetail["waves"][number]["readings"][number]): string {
  if (reading.unit === "ms") return `bake ${formatDuration(reading.value)} of ${formatDuration(reading.threshold)}`;
  return `${reading.criterion} ${reading.value} of ${reading.threshold} ${reading.unit}`;
}

/**
 * Follows a rollout until it has settled: completed, tripped, superseded or aborted. Answers the exit code: 0 when it
 * completed, that of POLICY_REFUSED otherwise.
 */
export async function watchRollout(context: CommandContext, rolloutId: string): Promise<number> {
  const { client, output } = context;
  const detail = await followChanges(context, {
    read: () => client.rollouts.get({ rolloutId }),
    isSettled: (seen) => SETTLED.has(seen.rollout.state),
    show: (seen) => output.progress(progressLine(seen)),
    isAbout: (event) => event.ids["rolloutId"] === rolloutId,
  });
  output.result(detail, detailLines(detail));
  return detail.rollout.state === "completed" ? 0 : ERROR_CODES.POLICY_REFUSED.exit;
}

function progressLine(detail: RolloutDetail): string {
  const isActive = ACTIVE_ROLLOUT_STATES.some((state) => state === detail.rollout.state);
  const waves = detail.waves
    .map((wave) => `${wave.groupName} ${wave.state} ${wave.counts.succeeded}/${wave.plannedMembers || wave.members.length}`)
    .join("  ");
  return `${detail.rollout.title}: ${isActive ? detail.rollout.state : "ended"}  ${waves}`;
}
