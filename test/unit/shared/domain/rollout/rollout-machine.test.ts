import { describe, expect, it } from "vitest";
import { judgeAction, mayBecome, ROLLOUT_ACTIONS, waveToApprove, type ActionContext } from "#shared/domain/rollout/rollout-machine.ts";
import { rolloutState } from "#shared/domain/rollout/rollout.ts";
import { aGate, aWave } from "#test/builders/rollout-facts.ts";

const context = (change: Partial<ActionContext>): ActionContext => ({ state: "running", waves: [], noWayBack: undefined, ...change });
const allowed = (one: ActionContext): readonly string[] => ROLLOUT_ACTIONS.filter((action) => judgeAction(action, one).allowed);

describe("what people may do to a rollout", () => {
  it.each([
    ["planned", ["pause", "abort", "rollback"]],
    ["running", ["pause", "abort", "rollback"]],
    ["paused", ["resume", "abort", "rollback"]],
    ["tripped", ["continue", "abort", "rollback"]],
    ["completed", ["rollback"]],
    ["superseded", ["rollback"]],
    ["aborted", ["rollback"]],
  ] as const)("in state %s is %j", (state, actions) => {
    expect(allowed(context({ state }))).toEqual(actions);
  });

  it("gives a reason with every refusal", () => {
    for (const state of rolloutState.options)
      for (const action of ROLLOUT_ACTIONS) {
        const judged = judgeAction(action, context({ state, noWayBack: "the history holds none" }));
        expect(judged.reason === "").toBe(judged.allowed);
      }
  });

  it("lets the wave be approved that asks for it, but never the last", () => {
    const waiting = aWave(0, { state: "baking", gate: aGate({ approval: true }) });
    expect(allowed(context({ waves: [waiting, aWave(1)] }))).toContain("approve");
    expect(waveToApprove([waiting])).toBeUndefined();
    expect(waveToApprove([{ ...waiting, approvedBy: "user:ada" }, aWave(1)])).toBeUndefined();
  });
});

describe("ways between states", () => {
  it("end in three states that nothing leaves", () => {
    const final = rolloutState.options.filter((from) => rolloutState.options.every((to) => !mayBecome(from, to)));
    expect(final).toEqual(["completed", "superseded", "aborted"]);
  });

  it("let every active rollout be superseded or aborted, and only a running one complete", () => {
    for (const from of ["planned", "running", "paused", "tripped"] as const) {
      expect(mayBecome(from, "superseded")).toBe(true);
      expect(mayBecome(from, "aborted")).toBe(true);
      expect(mayBecome(from, "completed")).toBe(from === "running");
    }
  });
});
