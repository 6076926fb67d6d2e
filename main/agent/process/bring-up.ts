import { setTimeout as sleep } from "node:timers/promises";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { blameExit, describeExit, type ProcessExit } from "../update/probation.ts";
import type { LaunchResult } from "./launch.ts";
import { restartDelayMs } from "./restart-delay.ts";
import { killRest, type RunningProcess } from "./running-process.ts";

/** How a version got up beside the one that serves. A failed or interrupted one leaves nothing running. */
export type BringUp =
  | { readonly kind: "ready"; readonly process: RunningProcess }
  | { readonly kind: "failed"; readonly failure: HostFailure }
  | { readonly kind: "interrupted" };

/** What bringing up needs. */
export type BringUpPorts = {
  /** Starts it, on record. */
  readonly start: () => Promise<LaunchResult>;
  /** What it says over the application's socket: true once it is ready. */
  readonly word: Promise<boolean>;
  readonly limits: Pick<RunSpec, "readiness" | "startDeadlineMs" | "crashLimit">;
  /** Lets a process that will not serve end; on record until it has. */
  readonly end: (process: RunningProcess) => void;
  /** A process ended by itself. */
  readonly onGone: (process: RunningProcess) => Promise<void>;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

type Event = { readonly is: "ready" } | { readonly is: "over" } | { readonly is: "exit"; readonly exit: ProcessExit };

const READY: Event = { is: "ready" };

/** One that says nothing about itself is taken for ready when it has lived this long: most that fail to start fail at once. */
const SETTLED_MS = 1000;

const UNTOUCHED = "What served before was not touched.";

function crashFailure(exit: ProcessExit, crashes: number): BringUp {
  const times = crashes === 1 ? "once" : `${crashes} times`;
  const how = exit.kind === "exit" || exit.kind === "signal" ? `It crashed ${times} before it was ready; the last time it` : "It";
  return { kind: "failed", failure: blameExit(exit, `${how} ${describeExit(exit)}. ${UNTOUCHED}`) };
}

function startFailure(exit: Exclude<LaunchResult, { kind: "started" }>): BringUp {
  return { kind: "failed", failure: blameExit(exit, `It ${describeExit(exit)}${exit.message.endsWith(".") ? "" : "."} ${UNTOUCHED}`) };
}

function whenReady(process: RunningProcess, { limits, word }: BringUpPorts, signal: AbortSignal): Promise<Event> {
  const kind = limits.readiness?.kind;
  const said = kind === "ipc" ? word : kind === "pipe" ? process.ready : undefined;
  if (said === undefined) return sleep(SETTLED_MS, READY, { signal }).catch(() => ({ is: "over" }));
  // Without a word there is nothing to go by but its end and the deadline.
  return said.then((isReady) => (isReady ? READY : new Promise<never>(() => undefined)));
}

async function watch(process: RunningProcess, ports: BringUpPorts, over: Promise<Event>): Promise<Event> {
  const ended = new AbortController();
  try {
    const exited = process.exited.then((exit): Event => ({ is: "exit", exit }));
    return await Promise.race([exited, whenReady(process, ports, ended.signal), over]);
  } finally {
    ended.abort();
  }
}

/**
 * Starts a version and waits until it is ready, while another one serves. One that crashes is tried again up to its crash
 * limit, within its start deadline. What it says on its pipe is the only word that counts: through a shared socket a
 * probe is answered by whichever version is faster.
 */
export async function bringUp(ports: BringUpPorts): Promise<BringUp> {
  const { limits, signal, random } = ports;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.startDeadlineMs)]);
  const over = new Promise<Event>((resolve) => {
    deadline.addEventListener("abort", () => resolve({ is: "over" }), { once: true });
  });
  for (let crashes = 1; !deadline.aborted; crashes += 1) {
    const result = await ports.start();
    if (result.kind !== "started") return startFailure(result);
    const event = await watch(result.process, ports, over);
    if (event.is === "ready") return { kind: "ready", process: result.process };
    if (event.is === "over") {
      ports.end(result.process);
      break;
    }
    await killRest(result.process);
    await ports.onGone(result.process);
    if (event.exit.kind === "not-executable" || crashes >= limits.crashLimit) return crashFailure(event.exit, crashes);
    await sleep(restartDelayMs(crashes, true, random()), undefined, { signal: deadline }).catch(() => undefined);
  }
  if (signal.aborted) return { kind: "interrupted" };
  const message = `It was not ready within ${formatDuration(limits.startDeadlineMs)}. ${UNTOUCHED}`;
  return { kind: "failed", failure: { cause: "start-deadline", message } };
}
