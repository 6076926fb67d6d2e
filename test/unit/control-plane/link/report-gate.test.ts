import { describe, expect, it } from "vitest";
import { ReportGate } from "#main/control-plane/link/report-gate.ts";
import { aHostId } from "#test/builders/rollout-facts.ts";
import { fakeClock } from "#test/fakes/clock.ts";

const [HALTED, OTHER] = [aHostId(1), aHostId(2)];

const deferred = () => {
  let settle = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the gate in front of reports", () => {
  it("costs nothing while nobody waits for a halt", () => {
    expect(new ReportGate(fakeClock()).passage(OTHER)).toBeUndefined();
  });

  it("holds until the last of several halts has been answered, and then lets everyone through", async () => {
    const clock = fakeClock();
    const gate = new ReportGate(clock);
    const [first, second] = [deferred(), deferred()];
    const halts = [gate.during(new Set([HALTED]), first.promise), gate.during(new Set([HALTED]), second.promise)];
    let passed = 0;
    for (let report = 0; report < 250; report += 1) void gate.passage(OTHER)?.then(() => (passed += 1));
    first.settle();
    await halts[0];
    await turn();
    expect(passed).toBe(0);
    second.settle();
    await halts[1];
    while (clock.pending > 0) {
      clock.advance(0);
      await turn();
    }
    expect(passed).toBe(250);
  });

  it("hears the hosts that are halted, so that what they had begun is on record before the answer", async () => {
    const gate = new ReportGate(fakeClock());
    const answered = deferred();
    const halt = gate.during(new Set([HALTED]), answered.promise);
    expect(gate.passage(HALTED)).toBeUndefined();
    expect(gate.passage(OTHER)).toBeInstanceOf(Promise);
    answered.settle();
    await halt;
  });

  it("opens again when a halt fails", async () => {
    const gate = new ReportGate(fakeClock());
    await expect(gate.during(new Set(), Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    expect(gate.passage(OTHER)).toBeUndefined();
  });
});
