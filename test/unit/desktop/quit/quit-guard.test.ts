import { describe, expect, it } from "vitest";
import type { Standstill } from "#main/desktop/host/core-messages.ts";
import { QuitGuard } from "#main/desktop/quit/quit-guard.ts";

const running: Standstill = { rollouts: [{ title: "web 1.5.0", state: "running" }], uploads: 0 };

/** A guard whose question is answered with `quits`; `seen` lists what happened, in order. */
function guardWith(standstill: Standstill | undefined, quits: boolean) {
  const seen: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const guard = new QuitGuard({
    askStandstill: () => Promise.resolve(standstill),
    ask: (question) => {
      seen.push(`asked: ${question.message}`);
      asked.resolve();
      return Promise.resolve(quits);
    },
    stopCore: () => {
      seen.push("stopped the control plane");
      return Promise.resolve();
    },
    quit: () => {
      seen.push("quit");
      resolve();
    },
  });
  return { guard, seen, ended, asked: asked.promise };
}

describe("the quit guard", () => {
  it("holds the first quit back, stops the control plane, then quits", async () => {
    const { guard, seen, ended } = guardWith({ rollouts: [], uploads: 0 }, true);
    expect(guard.mayQuitNow()).toBe(false);
    await ended;
    expect(seen).toEqual(["stopped the control plane", "quit"]);
    expect(guard.mayQuitNow()).toBe(true);
  });

  it("asks first when a rollout would stand still", async () => {
    const { guard, seen, ended } = guardWith(running, true);
    guard.mayQuitNow();
    await ended;
    expect(seen).toEqual(["asked: 1 rollout will stand still if you quit", "stopped the control plane", "quit"]);
  });

  it("goes on as before when the person stays, and asks again next time", async () => {
    const { guard, seen, asked } = guardWith(running, false);
    guard.mayQuitNow();
    await asked;
    await Promise.resolve();
    expect(guard.isQuitting).toBe(false);
    guard.mayQuitNow();
    await new Promise(setImmediate);
    expect(seen).toEqual(["asked: 1 rollout will stand still if you quit", "asked: 1 rollout will stand still if you quit"]);
  });

  it("asks once however often quit is pressed", async () => {
    const { guard, seen, ended } = guardWith(running, true);
    expect([guard.mayQuitNow(), guard.mayQuitNow(), guard.mayQuitNow()]).toEqual([false, false, false]);
    await ended;
    expect(seen.filter((line) => line.startsWith("asked"))).toHaveLength(1);
  });

  it("names what the window holds, until it takes it back", async () => {
    const { guard, seen, asked } = guardWith(undefined, false);
    guard.hold(["A draft is not saved"]);
    guard.mayQuitNow();
    await asked;
    expect(seen).toEqual(["asked: Something would be lost if you quit"]);
  });

  it("does not ask when the system shuts down", async () => {
    const { guard, seen } = guardWith(running, false);
    await guard.quitWithoutAsking();
    expect(seen).toEqual(["stopped the control plane", "quit"]);
  });
});
