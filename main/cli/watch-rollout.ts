import { setTimeout as sleep } from "node:timers/promises";
import { asClientError } from "#main/client/contract-client.ts";
import { backoffCeilingMs } from "#main/node/backoff.ts";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { LiveEvent } from "#shared/contract/system.ts";
import { ACTIVE_ROLLOUT_STATES, type RolloutState } from "#shared/domain/rollout/rollout.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { CommandContext } from "./command.ts";
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

/** A control plane that restarts is back within this many tries. */
const MAX_TRIES = 12;
const RETRY = { baseMs: 250, capMs: 5000 };

/**
 * Follows a rollout until it has settled: completed, tripped, superseded or aborted. A connection that ends on the way
 * is opened again. Answers the exit code: 0 when it completed, that of POLICY_REFUSED otherwise.
 */
export async function watchRollout(context: CommandContext, rolloutId: string): Promise<number> {
  const { client, output, signal, target } = context;
  let detail = await client.rollouts.get({ rolloutId });
  const show = (seen: RolloutDetail): void => {
    detail = seen;
    output.progress(progressLine(seen));
  };
  for (let tries = 0; !SETTLED.has(detail.rollout.state); tries += 1) {
    try {
      await followOnce(context, rolloutId, (seen) => {
        tries = 0;
        show(seen);
      });
    } catch (thrown) {
      const failure = asClientError(thrown, target.url);
      if (signal.aborted || !failure.retryable || tries >= MAX_TRIES) throw failure;
      output.progress(`${failure.message} Trying again.`);
    }
    if (!SETTLED.has(detail.rollout.state)) await sleep(backoffCeilingMs(RETRY, tries), undefined, { signal });
  }
  output.progressEnd();
  output.result(detail, detailLines(detail));
  return detail.rollout.state === "completed" ? 0 : ERROR_CODES.POLICY_REFUSED.exit;
}

/** Shows the rollout, and again after each change, until it has settled or the stream of changes ends. */
async function followOnce({ client, signal }: CommandContext, rolloutId: string, show: (seen: RolloutDetail) => void): Promise<void> {
  const events = await client.system.events({}, { signal });
  try {
    for (let isOpen = true; isOpen;) {
      const detail = await client.rollouts.get({ rolloutId });
      show(detail);
      if (SETTLED.has(detail.rollout.state)) return;
      isOpen = await nextChange(events, rolloutId);
    }
  } finally {
    await events.return(undefined);
  }
}

/** Waits for an event about the rollout, or one that says to read everything again; false when the stream has ended. */
async function nextChange(events: AsyncIterator<LiveEvent, unknown>, rolloutId: string): Promise<boolean> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return false;
    if (next.value.ids["rolloutId"] === rolloutId || next.value.topic === "live.restarted") return true;
  }
}

function progressLine(detail: RolloutDetail): string {
  const isActive = ACTIVE_ROLLOUT_STATES.some((state) => state === detail.rollout.state);
  const waves = detail.waves
    .map((wave) => `${wave.groupName} ${wave.state} ${wave.counts.succeeded}/${wave.plannedMembers || wave.members.length}`)
    .join("  ");
  return `${detail.rollout.title}: ${isActive ? detail.rollout.state : "ended"}  ${waves}`;
}
