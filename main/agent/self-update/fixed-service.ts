import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunnableRelease } from "../process/launch-spec.ts";
import type { TakeOver, TakeOverTerms } from "../process/supervised-service.ts";
import type { UnitService } from "../process/unit-service.ts";
import type { Vitals } from "../update/describe-application.ts";
import type { Verdict } from "../update/probation.ts";
import { SolitaryService } from "./solitary-service.ts";

/** An agent that cannot be replaced. It refuses every other version, and goes on as it is. */
export class FixedService extends SolitaryService implements UnitService {
  readonly #why: HostFailure;
  #runnable: RunnableRelease | undefined;

  constructor(why: HostFailure) {
    super();
    this.#why = why;
  }

  /** What the journal says that serves, whatever it is: there is nothing to be done about it. */
  get runnable(): RunnableRelease | undefined {
    return this.#runnable;
  }

  get processIdentity(): undefined {
    return undefined;
  }

  vitals(): Vitals {
    return { healthy: true, restarts: 0 };
  }

  judge(): Verdict {
    return { verdict: "failed", failure: this.#why };
  }

  endProbation(): Promise<void> {
    return Promise.resolve();
  }

  serve(runnable: RunnableRelease): Promise<void> {
    this.#runnable = runnable;
    return Promise.resolve();
  }

  takeOver({ to, isRevert }: TakeOverTerms): Promise<TakeOver> {
    if (!isRevert) return Promise.resolve({ kind: "failed", failure: this.#why });
    this.#runnable = to;
    return Promise.resolve({ kind: "taken" });
  }

  interrupt(): void {
    // Nothing here takes time.
  }
}
