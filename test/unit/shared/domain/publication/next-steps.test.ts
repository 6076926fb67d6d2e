import { describe, expect, it } from "vitest";
import { nextSteps } from "#shared/domain/publication/next-steps.ts";
import type { PublicationStep, StepPhase } from "#shared/domain/publication/publication.ts";

type Step = Pick<PublicationStep, "id" | "phase" | "state" | "needsSignature">;
const step = (id: string, phase: StepPhase, state: Step["state"] = "pending", needsSignature = false): Step => ({
  id,
  phase,
  state,
  needsSignature,
});
const idsOf = (steps: readonly Step[], isSigned = true): readonly string[] | string => {
  const next = nextSteps(steps, isSigned);
  return next.kind === "run" ? next.steps.map((one) => one.id) : next.kind;
};

const plan = [
  step("check", "check"),
  step("a", "upload"),
  step("b", "upload"),
  step("verify", "verify"),
  step("finish", "finish", "pending", true),
];
const doneUpTo = (count: number): Step[] => plan.map((one, index) => (index < count ? { ...one, state: "done" } : one));

describe("the next steps of a publication", () => {
  it("come one by one, uploads together", () => {
    expect(idsOf(doneUpTo(0))).toEqual(["check"]);
    expect(idsOf(doneUpTo(1))).toEqual(["a", "b"]);
    expect(idsOf(doneUpTo(2))).toEqual(["b"]);
    expect(idsOf(doneUpTo(3))).toEqual(["verify"]);
    expect(idsOf(doneUpTo(4))).toEqual(["finish"]);
    expect(idsOf(doneUpTo(5))).toBe("done");
  });

  it("wait for signatures where they need them, and only there", () => {
    expect(idsOf(doneUpTo(1), false)).toEqual(["a", "b"]);
    expect(idsOf(doneUpTo(4), false)).toBe("unsigned");
  });

  it("begin again what a kill left running", () => {
    expect(idsOf([step("check", "check", "done"), step("a", "upload", "done"), step("b", "upload", "running")])).toEqual(["b"]);
  });
});
