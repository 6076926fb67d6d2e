import { describe, expect, it } from "vitest";
import { ReportGate } from "#main/control-plane/link/report-gate.ts";
import { aHostId } from "#test/builders/rollout-facts.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";

const [HALTED, OTHER] = [aHostId(1), aHostId(2)];

const deferred = () => {
  let settle = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));
const untilQuiet = async (clock: FakeClock): Promise<void> => {
  await turn();
  while (clock.pending > 0) {
    clock.advance(0);
    await turn();
  }
};

describe("the gate in front of reports", () => {
  it("costs nothing outside of bursts and halts", () => {
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
    await untilQuiet(clock);
    expect(passed).toBe(250);
  });

  it("lets a hundred through in one turn of the event loop, and the others in the next ones, in their order", async () => {
    const clock = fakeClock();
    const gate = new ReportGate(clock);
    const passages = Array.from({ length: 250 }, () => gate.passage(OTHER));
    expect(passages.filter((passage) => passage === undefined)).toHaveLength(100);
    const passed: number[] = [];
    for (const [index, passage] of passages.entries()) void passage?.then(() => passed.push(index));
    clock.advance(0);
    await turn();
    expect(passed).toEqual(Array.from({ length: 100 }, (_, index) => 100 + index));
    await untilQuiet(clock);
    expect(passed).toHaveLength(150);
    expect(gate.passage(OTHER)).toBeUndefined();
  });

  it("hears a halted host at once, also when it only waited for its turn", async () => {
    const gate = new ReportGate(fakeClock());
    while (gate.passage(OTHER) === undefined);
    const [halted, other] = [gate.passage(HALTED), gate.passage(OTHER)];
    const passed: string[] = [];
    void halted?.then(() => passed.push("halted"));
    void other?.then(() => passed.push("other"));
    const answered = deferred();
    const halt = gate.during(new Set([HALTED]), answered.promise);
    await turn();
    expect(passed).toEqual(["halted"]);
    answered.settle();
    await halt;
    await turn();
    expect(passed).toEqual(["halted", "other"]);
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
