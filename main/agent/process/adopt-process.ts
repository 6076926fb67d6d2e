import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessExit } from "../update/probation.ts";
import { watchLifeline, type Lifeline } from "./lifeline.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import type { RunningProcess } from "./running-process.ts";

/** How often a process is asked after, in ms. */
export type AskingPace = {
  /** At first: most of what goes wrong with an agent's start goes wrong then. */
  readonly firstMs: number;
  /** In the end, where its lifeline is held. It tells at once of nearly every end, and of none that leaves workers behind. */
  readonly heldMs: number;
  /** In the end, where there is no lifeline: a crash is decided on within ten seconds, of which this is the first part. */
  readonly looseMs: number;
  /** Once it was asked to end, or its lifeline was cut, which happens a moment before it is gone. */
  readonly soonMs: number;
};

const PACE: AskingPace = { firstMs: 250, heldMs: 5000, looseMs: 2000, soonMs: 25 };
const SLOWER = 1.25;

/**
 * Takes over a process that an earlier run of this agent started. It is nobody's child now, so that nobody can wait for
 * it, and how it ended stays unknown. Its lifeline says at once that it may have ended; beside that it is asked after,
 * ever more rarely, since an idle agent is to wake for what is due.
 *
 * @param lifeline path of the pipe that it holds, when it was given one.
 */
export function adoptProcess(identity: ProcessIdentity, lifeline?: string, pace = PACE): RunningProcess {
  const hurry = new AbortController();
  return { identity, exited: untilGone(identity, { lifeline, pace, hurry: hurry.signal }), hurry: () => hurry.abort() };
}

type Watch = { readonly lifeline: string | undefined; readonly pace: AskingPace; readonly hurry: AbortSignal };

async function untilGone(identity: ProcessIdentity, { lifeline, pace, hurry }: Watch): Promise<ProcessExit> {
  let line: Lifeline | undefined = lifeline === undefined ? undefined : await watchLifeline(lifeline);
  let waitMs = pace.firstMs;
  while (await isAlive(identity)) {
    const isCut = await untilCut(line, hurry.aborted ? pace.soonMs : waitMs, hurry);
    if (isCut) line = undefined;
    waitMs = isCut ? pace.soonMs : Math.min(waitMs * SLOWER, line === undefined ? pace.looseMs : pace.heldMs);
  }
  line?.close();
  return { kind: "unknown" };
}

/** Waits, for this long at most; whether it was the lifeline that ended it. */
async function untilCut(line: Lifeline | undefined, ms: number, hurry: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const signal = hurry.aborted ? over.signal : AbortSignal.any([over.signal, hurry]);
  const waited = sleep(ms, false, { signal }).catch(() => false);
  const isCut = await (line === undefined ? waited : Promise.race([waited, line.isCut.then(() => true)]));
  over.abort();
  return isCut;
}
