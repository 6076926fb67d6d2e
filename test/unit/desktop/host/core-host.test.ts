import { describe, expect, it } from "vitest";
import type { CoreRequest } from "#main/desktop/host/core-messages.ts";
import { CoreHost } from "#main/desktop/host/core-host.ts";
import { MAX_CRASHES } from "#main/desktop/host/restart-policy.ts";
import type { CoreState } from "#shared/contract/shell.ts";

/** A process that does nothing by itself: the test says what it says, and ends it. */
class ScriptedProcess {
  readonly got: CoreRequest[] = [];
  readonly ports: string[] = [];
  killed = false;
  say: (message: unknown) => void = () => {};
  end: (code: number | null) => void = () => {};

  post(request: CoreRequest, port?: string): void {
    this.got.push(request);
    if (port !== undefined) this.ports.push(port);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.say = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.end = listener;
  }
  kill(): void {
    this.killed = true;
  }
}

/** A host with its time in the test's hands. `tick` runs what is due. */
function scriptedHost() {
  let now = 0;
  let due: { at: number; task: () => void }[] = [];
  const processes: ScriptedProcess[] = [];
  const states: CoreState[] = [];
  const log: string[] = [];
  const host = new CoreHost<string>({
    start: () => {
      const process = new ScriptedProcess();
      processes.push(process);
      return process;
    },
    now: () => now,
    after: (delayMs, task) => {
      const entry = { at: now + delayMs, task };
      due.push(entry);
      return () => (due = due.filter((each) => each !== entry));
    },
    log: (event) => log.push(event),
    onState: (state) => states.push(state),
    onActivity: () => {},
  });
  const tick = (ms: number): void => {
    now += ms;
    for (const entry of due.filter((each) => each.at <= now)) {
      due = due.filter((each) => each !== entry);
      entry.task();
    }
  };
  const latest = (): ScriptedProcess => processes.at(-1)!;
  const ready = (): void => latest().say({ kind: "ready", url: "http://127.0.0.1:1" });
  return { host, processes, states, log, tick, latest, ready, pending: () => due.length };
}

describe("the host of the control plane", () => {
  it("tells starting and ready, and hands ports over only when ready", () => {
    const { host, states, ready, latest } = scriptedHost();
    expect(host.connect("early")).toBe(false);
    host.start();
    expect(host.connect("still early")).toBe(false);
    ready();
    expect(host.connect("port")).toBe(true);
    expect(latest().ports).toEqual(["port"]);
    expect(states).toEqual([{ state: "starting" }, { state: "ready" }]);
  });

  it("starts one process however often it is told to", () => {
    const { host, processes, ready } = scriptedHost();
    host.start();
    host.start();
    ready();
    host.start();
    expect(processes).toHaveLength(1);
  });

  it("restarts after a crash, later each time, and says so", () => {
    const { host, processes, states, tick, latest, ready } = scriptedHost();
    host.start();
    ready();
    latest().end(1);
    expect(states.at(-1)).toEqual({ state: "restarting", retryInMs: 250, attempt: 1 });
    tick(249);
    expect(processes).toHaveLength(1);
    tick(1);
    expect(processes).toHaveLength(2);
    latest().end(null);
    expect(states.at(-1)).toEqual({ state: "restarting", retryInMs: 500, attempt: 2 });
  });

  it("counts an end with code 0 that nobody asked for as a crash", () => {
    const { host, states, latest, ready } = scriptedHost();
    host.start();
    ready();
    latest().end(0);
    expect(states.at(-1)?.state).toBe("restarting");
  });

  it("gives up after too many crashes, and starts again when told to", () => {
    const { host, processes, states, tick, latest } = scriptedHost();
    host.start();
    for (let crash = 0; crash < MAX_CRASHES; crash += 1) {
      latest().end(139);
      tick(15_000);
    }
    expect(states.at(-1)).toMatchObject({ state: "stopped", code: "INTERNAL" });
    expect(processes).toHaveLength(MAX_CRASHES);
    host.start();
    expect(processes).toHaveLength(MAX_CRASHES + 1);
  });

  it("does not restart what said that it cannot run, and shows its words", () => {
    const { host, processes, states, tick, latest } = scriptedHost();
    host.start();
    const words = { code: "ENV_DATA_IN_USE", message: "Another process uses the folder.", next: "Use the running one." };
    latest().say({ kind: "refused", ...words });
    latest().end(9);
    tick(60_000);
    expect(states.at(-1)).toEqual({ state: "stopped", ...words });
    expect(processes).toHaveLength(1);
  });

  it("stops in order: asks, waits for the end, and does not call it a crash", async () => {
    const { host, states, latest, ready, log, pending } = scriptedHost();
    host.start();
    ready();
    const stopped = host.stop();
    expect(latest().got.at(-1)).toEqual({ kind: "stop" });
    latest().end(0);
    await stopped;
    expect(states.at(-1)).toEqual({ state: "ready" });
    expect(log).toContain("core.exited");
    expect(pending()).toBe(0);
  });

  it("ends a process that does not stop within its deadline", async () => {
    const { host, tick, latest, ready } = scriptedHost();
    host.start();
    ready();
    const stopped = Promise.all([host.stop(), host.stop()]);
    tick(9999);
    expect(latest().killed).toBe(false);
    tick(1);
    expect(latest().killed).toBe(true);
    latest().end(null);
    await stopped;
  });

  it("stops at once while it waits for a restart", async () => {
    const { host, processes, tick, latest } = scriptedHost();
    host.start();
    latest().end(1);
    await host.stop();
    tick(60_000);
    expect(processes).toHaveLength(1);
  });

  it("ignores late words and the end of an earlier process", () => {
    const { host, states, tick, processes, latest } = scriptedHost();
    host.start();
    const first = latest();
    first.end(1);
    tick(250);
    first.say({ kind: "ready", url: "http://127.0.0.1:1" });
    first.end(1);
    expect(states.map((state) => state.state)).toEqual(["starting", "restarting", "starting"]);
    expect(processes).toHaveLength(2);
  });

  it.each([["no report"], [{ kind: "ready" }], [{ kind: "ready", url: "x", extra: 1 }], [null]])(
    "drops a malformed message: %j",
    (message) => {
      const { host, states, latest, log } = scriptedHost();
      host.start();
      latest().say(message);
      expect(states).toEqual([{ state: "starting" }]);
      expect(log).toEqual(["core.message-refused"]);
    },
  );

  it("asks what would stand still, and takes silence and crashes for an answer", async () => {
    const { host, tick, latest, ready } = scriptedHost();
    expect(await host.askStandstill()).toBeUndefined();
    host.start();
    ready();
    const answered = host.askStandstill();
    latest().say({ kind: "standstill", id: 0, standstill: { rollouts: [], uploads: 3 } });
    expect(await answered).toEqual({ rollouts: [], uploads: 3 });
    const late = host.askStandstill();
    tick(2000);
    expect(await late).toBeUndefined();
    const cut = host.askStandstill();
    latest().end(1);
    expect(await cut).toBeUndefined();
  });
});
