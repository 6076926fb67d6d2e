import { describe, expect, it } from "vitest";
import { PortHandoff } from "#main/desktop/host/port-handoff.ts";

/** A handoff between parties that note what they got; ports are numbered pairs. */
function handoff() {
  let pairs = 0;
  const state = { coreRuns: true };
  const seen: string[] = [];
  const subject = new PortHandoff<string>({
    makeChannel: () => {
      pairs += 1;
      return { core: `core ${pairs}`, window: `window ${pairs}` };
    },
    connectCore: (port) => {
      if (state.coreRuns) seen.push(`to core: ${port}`);
      return state.coreRuns;
    },
    sendToWindow: (port) => seen.push(`to window: ${port}`),
    close: (port) => seen.push(`closed: ${port}`),
  });
  return { subject, state, seen };
}

describe("the port handoff", () => {
  it("gives each party one end of the same channel", () => {
    const { subject, seen } = handoff();
    subject.want();
    expect(seen).toEqual(["to core: core 1", "to window: window 1"]);
  });

  it("makes a new channel for every wish", () => {
    const { subject, seen } = handoff();
    subject.want();
    subject.want();
    expect(seen.slice(2)).toEqual(["to core: core 2", "to window: window 2"]);
  });

  it("keeps a wish until a control plane runs, and closes what it could not use", () => {
    const { subject, state, seen } = handoff();
    state.coreRuns = false;
    subject.want();
    subject.want();
    expect(seen).toEqual(["closed: core 1", "closed: window 1", "closed: core 2", "closed: window 2"]);
    state.coreRuns = true;
    subject.coreIsReady();
    subject.coreIsReady();
    expect(seen.slice(4)).toEqual(["to core: core 3", "to window: window 3"]);
  });

  it("forgets the wish of a window that went away", () => {
    const { subject, state, seen } = handoff();
    state.coreRuns = false;
    subject.want();
    subject.forget();
    state.coreRuns = true;
    subject.coreIsReady();
    expect(seen.filter((line) => line.startsWith("to "))).toEqual([]);
  });
});
