import fc from "fast-check";
import assert from "node:assert/strict";
import { haltJournal } from "#main/agent/update/halt.ts";
import { nextHookWait } from "#main/agent/update/hook-wait.ts";
import { journal as journalSchema, type Candidate, type Journal, type TargetRelease } from "#main/agent/update/journal.ts";
import { nextStep, type Facts, type PreparationResult, type Step } from "#main/agent/update/next-step.ts";
import { findQuarantine } from "#main/agent/update/quarantine.ts";
import { isSameRelease } from "#main/agent/update/release-identity.ts";
import * as transitions from "#main/agent/update/transitions.ts";
import { lastGoodBefore } from "#main/agent/update/way-back.ts";
import { A_FAILURE, aGrant, aJournal, aTarget } from "./journal-builder.ts";

const RELEASES = [aTarget("1.0.0"), aTarget("2.0.0"), aTarget("3.0.0")] as const;
const FAILED: PreparationResult = { kind: "failed", failure: A_FAILURE };

const RESULTS: readonly PreparationResult[] = [
  { kind: "downloaded" },
  { kind: "verified" },
  { kind: "verified", wantsVetting: true },
  { kind: "vetted" },
  { kind: "not-now", said: "busy" },
  { kind: "lease-over" },
  { kind: "bytes-missing" },
  FAILED,
  { ...FAILED, isQuarantined: true },
];
/** What only the work on a state ends with; the others may end any. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  downloading: ["downloaded"],
  verifying: ["verified", "bytes-missing"],
  vetting: ["vetted", "not-now", "lease-over", "bytes-missing"],
};

/** What can happen to a host, in any order. `kill` forgets everything that is not in the journal. */
export const hostEvent = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("desire" as const), release: fc.nat(2), isGranted: fc.boolean() }) },
  { weight: 4, arbitrary: fc.constant({ kind: "go" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("work" as const),
      result: fc.constantFrom<PreparationResult>(...RESULTS),
    }),
  },
  { weight: 4, arbitrary: fc.constantFrom({ kind: "passed" as const }, { kind: "failed" as const }, { kind: "crash" as const }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { kind: "halt" as const },
      { kind: "kill" as const },
      { kind: "leave-alone" as const },
      { kind: "lapse" as const },
      { kind: "late-loop" as const },
    ),
  },
);
/** See {@link hostEvent}. */
export type HostEvent = typeof hostEvent extends fc.Arbitrary<infer E> ? E : never;

/** A host in the abstract, which throws where an invariant breaks: the real planner and transitions over an executor that does nothing but keep the facts. */
export class ModelHost {
  journal: Journal = aJournal();
  readonly begun: string[] = [];
  readonly halted = new Set<string>();
  #desired: Facts["desired"];
  #goes: Facts["goes"] = [];
  #preparation: Facts["preparation"];
  #supervised: TargetRelease["releaseId"] | undefined;
  #verdict: Facts["verdict"];
  #isLooping = false;
  #now = 1;

  take(happening: HostEvent): void {
    // Hooks that said "not now" become due on the way.
    this.#now += 500;
    this.#apply(happening);
    for (let steps = 0; ; steps += 1) {
      assert.ok(steps < 20, "the machine does not come to rest");
      const step = nextStep(this.journal, this.#facts());
      if (step.kind === "rest") break;
      this.#execute(step);
      this.#check();
    }
    this.#verdict = undefined;
    this.#isLooping = false;
  }

  #apply(happening: HostEvent): void {
    switch (happening.kind) {
      case "desire": {
        const target = RELEASES[happening.release] ?? RELEASES[0];
        this.#desired = happening.isGranted ? { target, grant: { grantId: aGrant(), live: true } } : { target };
        return;
      }
      case "leave-alone":
        this.#desired = undefined;
        return;
      case "lapse":
        if (this.#desired?.grant !== undefined) this.#desired = { ...this.#desired, grant: { ...this.#desired.grant, live: false } };
        return;
      case "go":
        this.#goes = [this.journal.candidate?.grantId, this.#desired?.grant?.grantId].filter(
          (id) => id !== undefined && !this.halted.has(id),
        ) as Facts["goes"];
        return;
      case "work":
        if (this.#preparation === "running" && this.#canEndWith(happening.result)) this.#preparation = happening.result;
        return;
      case "passed":
        this.#verdict = { verdict: "passed" };
        return;
      case "failed":
        this.#verdict = { verdict: "failed", failure: A_FAILURE };
        return;
      case "late-loop":
        this.#isLooping = true;
        return;
      case "crash":
        this.journal = transitions.countCrash(this.journal);
        return;
      case "halt":
        return this.#halt();
      case "kill":
        this.#goes = [];
        this.#preparation = undefined;
        this.#supervised = undefined;
        this.journal = journalSchema.parse(JSON.parse(JSON.stringify(this.journal)));
        return;
    }
  }

  #canEndWith({ kind }: PreparationResult): boolean {
    return kind === "failed" || kind === "stopped" || ENDS[this.journal.candidate?.state ?? ""]?.includes(kind) === true;
  }

  #halt(): void {
    const offered = [this.#desired?.grant?.grantId, ...this.#goes].filter((id) => id !== undefined);
    for (const id of [...offered, this.journal.candidate?.grantId]) if (id !== undefined) this.halted.add(id);
    this.#goes = [];
    this.journal = haltJournal(this.journal, "all", offered, this.#now).journal;
    this.#preparation = undefined;
  }

  #facts(): Facts {
    const { serving } = this.journal;
    const release = serving.state === "healthy" || serving.state === "probation" ? serving.release.releaseId : undefined;
    const isSupervised = this.#supervised === release;
    const mayLeave =
      this.#isLooping && serving.state === "healthy" && lastGoodBefore(this.journal, serving.release, undefined) !== undefined;
    return {
      now: this.#now,
      goes: this.#goes,
      supervised: isSupervised,
      ...(this.#desired !== undefined && { desired: this.#desired }),
      ...(this.#preparation !== undefined && { preparation: this.#preparation }),
      ...(this.#verdict !== undefined && serving.state === "probation" && isSupervised && { verdict: this.#verdict }),
      ...(mayLeave && { lateFailure: A_FAILURE }),
    };
  }

  #change(next: Journal): void {
    const [before, after] = [this.journal.candidate, next.candidate];
    const isOn = before?.state === after?.state && before?.waiting?.attempts === after?.waiting?.attempts;
    if (!isOn || !isSameRelease(before?.target, after?.target)) this.#preparation = undefined;
    this.journal = next;
  }

  #execute(step: Step): void {
    const at = this.#now;
    switch (step.kind) {
      case "serve":
        this.#supervised =
          this.journal.serving.state === "healthy" || this.journal.serving.state === "probation"
            ? this.journal.serving.release.releaseId
            : undefined;
        return;
      case "prepare":
        this.#preparation = "running";
        return;
      case "begin":
        this.begun.push(step.grantId);
        return this.#change(
          transitions.beginCandidate(
            this.journal,
            step.target,
            step.grantId,
            this.journal.installed.some((one) => isSameRelease(one, step.target)),
            at,
          ),
        );
      case "switch":
        return this.#switch(step.candidate);
      case "complete-switch":
        this.#supervised = undefined;
        return this.#change(transitions.beginProbation(this.journal, at));
      case "complete-revert":
        this.#supervised = step.serving.fallback?.releaseId;
        return this.#change(transitions.endRevert(this.journal, at, 1_000_000));
      case "answer":
        return this.#change(transitions.answerGrant(this.journal, step.target, step.grantId, step.failure, at));
      case "enter":
        return this.#change(transitions.enterCandidate(this.journal, step.candidate, at));
      case "refetch":
        return this.#change(transitions.refetchCandidate(this.journal, step.candidate, at));
      case "vet":
        return this.#change(transitions.vetCandidate(this.journal, step.candidate, at));
      case "wait":
        return this.#change(
          transitions.waitCandidate(this.journal, step.candidate, nextHookWait(step.candidate.waiting, step.said, at, 0)),
        );
      case "stage":
        return this.#change(transitions.stageCandidate(this.journal, step.candidate, at));
      case "drop":
        return this.#change(transitions.dropCandidate(this.journal));
      case "end":
        return this.#change(
          transitions.endCandidate(this.journal, step.phase, step.failure, at, step.isQuarantined === true ? 1_000_000 : undefined),
        );
      case "settle":
        return this.#change(transitions.settle(this.journal, at));
      case "revert":
        return this.#change(transitions.beginRevert(this.journal, step.failure, at));
      case "rest":
        return;
    }
  }

  #switch(candidate: Candidate): void {
    // A halt that was acknowledged is never followed by a switch under its grant.
    assert.ok(!this.halted.has(candidate.grantId), "a switch after its halt");
    // Only what was staged, and so verified, is switched to.
    assert.ok(
      this.journal.installed.some((one) => isSameRelease(one, candidate.target)),
      "a switch to what is not here",
    );
    assert.equal(findQuarantine(this.journal.quarantine, candidate.target, this.#now), undefined);
    this.#change(transitions.beginSwitch(this.journal, candidate, this.#now));
  }

  #check(): void {
    const { serving } = this.journal;
    if (serving.state === "switching" || serving.state === "probation") {
      // A way back is never to itself.
      const release = serving.state === "switching" ? serving.to : serving.release;
      assert.ok(!isSameRelease(serving.fallback, release), "a way back to itself");
    }
    assert.equal(new Set(this.begun).size, this.begun.length, "two beginnings under one grant");
  }
}
