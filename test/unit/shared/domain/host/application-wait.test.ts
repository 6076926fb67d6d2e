import { describe, expect, it } from "vitest";
import { applicationWaitOf, waitSentence } from "#shared/domain/host/application-wait.ts";
import { hostPhase } from "#shared/domain/host/reported.ts";

const updateLock = { reason: "the backup runs", until: 5000 };
const waiting = { since: 0, attempts: 3, retryAt: 7000, said: "12 sessions are open" };
const clock = (at: number): string => `${at / 1000} o’clock`;

describe("what an application waits for by the word of its own host", () => {
  it("is its lock, or else its hook, and only while a release lies ready", () => {
    expect(applicationWaitOf({ phase: "staged", updateLock, waiting })).toEqual({ askedBy: "application", ...updateLock });
    expect(applicationWaitOf({ phase: "staged", waiting })).toEqual({ askedBy: "hook", reason: waiting.said, until: 7000 });
    expect(applicationWaitOf({ phase: "staged" })).toBeUndefined();
    for (const phase of hostPhase.options.filter((one) => one !== "staged")) {
      expect(applicationWaitOf({ phase, updateLock, waiting }), phase).toBeUndefined();
    }
  });

  it("says who asked, until when, and why where a reason was given", () => {
    expect(waitSentence({ askedBy: "application", ...updateLock }, clock)).toBe(
      "the application asked for later, until 5 o’clock: the backup runs",
    );
    expect(waitSentence({ askedBy: "hook", reason: "", until: 7000 }, clock)).toBe("its hook said not now and is asked again at 7 o’clock");
  });
});
