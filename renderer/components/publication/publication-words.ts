import type { Publication, PublicationStep, StepPhase } from "#shared/domain/publication/publication.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { rateOf, remainingMs, type TransferSample } from "#shared/lib/transfer-rate.ts";
import type { StateLook } from "../state-status.ts";

const STATES = {
  running: { status: "progressing", word: "Publishing" },
  waiting: { status: "paused", word: "Waiting" },
  paused: { status: "paused", word: "Paused" },
  failed: { status: "failed", word: "Failed" },
  cancelled: { status: "unknown", word: "Cancelled" },
  completed: { status: "healthy", word: "Published" },
} as const satisfies Record<Publication["state"], StateLook>;

/** How a publication's state looks. One that will try again by itself needs nobody yet. */
export function publicationLook({ state, retryAt }: Pick<Publication, "state" | "retryAt">): StateLook {
  return state === "running" && retryAt !== undefined ? { status: "paused", word: "Will try again" } : STATES[state];
}

const PHASES: readonly { readonly phase: StepPhase; readonly name: string }[] = [
  { phase: "check", name: "Look" },
  { phase: "upload", name: "Upload" },
  { phase: "verify", name: "Verify" },
  { phase: "describe", name: "Describe" },
  { phase: "finish", name: "Make visible" },
  { phase: "sign", name: "Put in force" },
];

/** A phase of a publication with how it stands; phases without steps are left out. */
export type PhaseLook = { readonly phase: StepPhase; readonly name: string; readonly status: StateLook["status"]; readonly word: string };

/** The phases in order, each as far as its steps are. */
export function phaseLooks({ steps, state, retryAt }: Pick<Publication, "steps" | "state" | "retryAt">): readonly PhaseLook[] {
  return PHASES.flatMap(({ phase, name }) => {
    const own = steps.filter((step) => step.phase === phase);
    if (own.length === 0) return [];
    if (own.every((step) => step.state === "done")) return [{ phase, name, status: "healthy" as const, word: "done" }];
    const isNow = own.some((step) => step.state === "running" || (step.state === "pending" && step.attempts > 0));
    if (!isNow) return [{ phase, name, status: "unknown" as const, word: "to do" }];
    return [{ phase, name, status: publicationLook({ state, retryAt }).status, word: "now" }];
  });
}

/** Steps that move bytes, for their bars. */
export function fileSteps({ steps }: Pick<Publication, "steps">): readonly PublicationStep[] {
  return steps.filter((step) => step.phase === "upload" && step.totalBytes > 0);
}

/** "12 MB of 40 MB · 8.2 MB a second · 3 s left". */
export function bytesWords(
  { doneBytes, totalBytes }: Pick<Publication, "doneBytes" | "totalBytes">,
  samples: readonly TransferSample[],
): string {
  if (doneBytes >= totalBytes) return formatBytes(totalBytes);
  const rate = rateOf(samples);
  const left = remainingMs(samples, totalBytes);
  return [
    `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    ...(rate === undefined || rate === 0 ? [] : [`${formatBytes(rate)} a second`]),
    ...(left === undefined ? [] : [`${formatDuration(Math.max(1000, left))} left`]),
  ].join(" · ");
}
