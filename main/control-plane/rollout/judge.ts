import { advance } from "#shared/domain/rollout/advance.ts";
import { nextJudgementAt } from "#shared/domain/rollout/next-judgement.ts";
import type { HostId, RolloutId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import type { Timers } from "../jobs/timers.ts";
import type { EngineClock } from "./engine-clock.ts";
import { readEvidence } from "./evidence.ts";
import { joinStops, NOTHING_STOPPED } from "./grants.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import { readConnectedHosts } from "./rollout-hosts.ts";
import { idOf } from "./rows.ts";
import { runSteps, type StepEffects } from "./step-runner.ts";

/** The durable timer that judges a rollout again; its subject is the rollout. */
export const JUDGE_TIMER = "rollout.judge";

/** More rounds than any plan has turns: fifty waves of five each. A judgement that needs more is a bug. */
const MAX_ROUNDS = 500;

/**
 * Members whose outcome is written in one transaction, so that a pause need not wait for more. What is left is judged
 * again at once: the waves move only when no member has anything left to tell.
 */
const MEMBERS_AT_ONCE = 250;

type Deps = {
  readonly timers: Timers;
  readonly engineClock: EngineClock;
  readonly halts: Halts;
  readonly link: () => HostLink;
  /** Has the rollout judged again, in a transaction of its own. */
  readonly again: (rolloutId: RolloutId) => void;
};

/**
 * Judges one rollout until nothing more follows: reads the evidence, asks `advance`, runs the steps, again. All in the
 * caller's transaction, so a killed process leaves a rollout between two judgements, never within one.
 */
export class Judge {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Answers how many members were looked at, so that large rollouts are judged less often. */
  async judge(unit: WriteUnit, rolloutId: string): Promise<number> {
    const clock = this.#deps.engineClock.at(unit.now);
    const notify = new Set<HostId>();
    let stopped = NOTHING_STOPPED;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const file = await readEvidence(unit.db, rolloutId, unit.now);
      const all = file === undefined ? [] : advance(file, clock);
      // A trip goes first: it stops hosts, and the rest is only writing down.
      const steps = all.toSorted((left, right) => Number(right.kind === "trip") - Number(left.kind === "trip")).slice(0, MEMBERS_AT_ONCE);
      if (file !== undefined && steps.length > 0) {
        const effects = await runSteps(unit, file, steps);
        for (const hostId of effects.notify) notify.add(hostId);
        stopped = joinStops(stopped, effects.stopped);
        const concernsAll = steps.some((step) => step.kind === "trip" || step.kind === "complete");
        if (concernsAll) for (const hostId of await readConnectedHosts(unit.db, rolloutId)) notify.add(hostId);
        if (all.length === steps.length) continue;
        unit.afterCommit(() => this.#deps.again(idOf(rolloutId)));
      } else await this.#scheduleNext(unit, rolloutId, file && nextJudgementAt(file, clock));
      this.#afterCommit(unit, { notify: [...notify], stopped });
      return file?.members.length ?? 0;
    }
    throw new RangeError(`the judgement of rollout ${rolloutId} does not end`);
  }

  async #scheduleNext(unit: WriteUnit, rolloutId: string, at: number | undefined): Promise<void> {
    if (at === undefined) await this.#deps.timers.cancel(unit, JUDGE_TIMER, rolloutId);
    else await this.#deps.timers.schedule(unit, JUDGE_TIMER, rolloutId, at);
  }

  #afterCommit(unit: WriteUnit, { notify, stopped }: StepEffects): void {
    this.#deps.halts.afterCommit(unit, stopped);
    if (notify.length > 0) unit.afterCommit(() => this.#deps.link().notify(notify));
  }
}
