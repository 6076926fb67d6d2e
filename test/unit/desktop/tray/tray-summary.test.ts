import { describe, expect, it } from "vitest";
import { traySummary } from "#main/desktop/tray/tray-summary.ts";

const entry = { title: "web 1.5.0 tripped", detail: "", href: "/rollouts/1" };

describe("the tray's line", () => {
  it("says what needs a person first, then what moves", () => {
    expect(traySummary({ state: "ready" }, { moving: 0, attention: [] })).toBe("Rollcall: all quiet");
    expect(traySummary({ state: "ready" }, { moving: 1, attention: [] })).toBe("Rollcall: 1 rollout moving");
    expect(traySummary({ state: "ready" }, { moving: 2, attention: [entry] })).toBe("Rollcall: 1 needs you, 2 rollouts moving");
    expect(traySummary({ state: "ready" }, { moving: 0, attention: [entry, entry] })).toBe("Rollcall: 2 need you");
  });

  it("says so when the control plane does not run", () => {
    const none = { moving: 3, attention: [entry] };
    expect(traySummary({ state: "starting" }, none)).toBe("Rollcall is starting");
    expect(traySummary({ state: "restarting", retryInMs: 1, attempt: 1 }, none)).toBe("Rollcall restarts its control plane");
    expect(traySummary({ state: "stopped", code: "X", message: "", next: "" }, none)).toBe("Rollcall's control plane does not run");
  });
});
