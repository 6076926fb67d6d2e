import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { CoreReport } from "#main/desktop/host/core-messages.ts";
import type { CoreClient } from "#main/desktop/host/core-facts.ts";
import { serveCore, type CoreParent, type RunningCore } from "#main/desktop/host/serve-core.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** A parent that notes what it is told; `tell` plays its messages. */
function scriptedParent() {
  const told: CoreReport[] = [];
  let hear: Parameters<CoreParent["onMessage"]>[0] = () => undefined;
  const parent: CoreParent = {
    onMessage: (listener) => {
      hear = listener;
    },
    post: (report) => void told.push(report),
  };
  return { parent, told, tell: (message: unknown) => hear(message, undefined) };
}

/** A contract with one thing moving; `change` makes an event. */
function scriptedClient() {
  const state = { moving: 1, failing: false };
  let wake = (): void => undefined;
  async function* events(signal: AbortSignal | undefined) {
    for (let sequence = 1; ; sequence += 1) {
      await new Promise<void>((settle) => {
        wake = settle;
        signal?.addEventListener("abort", () => settle());
      });
      if (signal?.aborted === true) return;
      yield { sequence, at: 0, topic: "rollout.changed", ids: {} };
    }
  }
  const rollout = { title: "web 1.5.0", state: "running" };
  const client = {
    home: {
      overview: () =>
        state.failing
          ? Promise.reject(new Error("disk"))
          : Promise.resolve({
              attention: [{ severity: "know", title: "x", detail: "", href: "/" }],
              moving: Array.from({ length: state.moving }, () => rollout),
            }),
    },
    rollouts: { list: () => Promise.resolve([rollout, { title: "old", state: "paused" }]) },
    uploads: { list: () => Promise.resolve([{ state: "receiving" }, { state: "ready" }]) },
    system: { events: (_input: object, options: { signal?: AbortSignal }) => Promise.resolve(events(options.signal)) },
  };
  // Why the cast: the script answers only the four calls that are made, with the fields that are read.
  return { client: client as unknown as CoreClient, state, change: () => wake() };
}

function running(client: CoreClient) {
  const done: string[] = [];
  const core: RunningCore = {
    url: "http://127.0.0.1:1",
    client,
    servePort: () => done.push("served a port"),
    close: () => {
      done.push("closed");
      return Promise.resolve();
    },
  };
  return { core, done };
}

const self = () => {
  const codes: number[] = [];
  return { codes, end: (code: number) => void codes.push(code), log: () => undefined };
};

describe("the control plane's own process", () => {
  it("says when it is ready, what moves, and what changed", async () => {
    const { parent, told, tell } = scriptedParent();
    const { client, state, change } = scriptedClient();
    const process = self();
    const life = serveCore(parent, () => Promise.resolve(running(client).core), process);
    await vi.waitFor(() =>
      expect(told).toEqual([
        { kind: "ready", url: "http://127.0.0.1:1" },
        { kind: "activity", activity: { moving: 1, attention: [] } },
      ]),
    );
    state.moving = 2;
    change();
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ kind: "activity", activity: { moving: 2, attention: [] } }), { timeout: 5000 });
    tell({ kind: "stop" });
    await life;
    expect(told.at(-1)).toEqual({ kind: "stopped" });
    expect(process.codes).toEqual([0]);
  });

  it("says what would stand still: what advances by itself, and what still arrives", async () => {
    const { parent, told, tell } = scriptedParent();
    const { client } = scriptedClient();
    const life = serveCore(parent, () => Promise.resolve(running(client).core), self());
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(1));
    tell({ kind: "askStandstill", id: 7 });
    await vi.waitFor(() =>
      expect(told.at(-1)).toEqual({
        kind: "standstill",
        id: 7,
        standstill: { rollouts: [{ title: "web 1.5.0", state: "running" }], uploads: 1 },
      }),
    );
    tell({ kind: "stop" });
    await life;
  });

  it("goes on serving when the activity cannot be read", async () => {
    const { parent, told, tell } = scriptedParent();
    const { client, state } = scriptedClient();
    state.failing = true;
    const life = serveCore(parent, () => Promise.resolve(running(client).core), self());
    await vi.waitFor(() => expect(told).toEqual([{ kind: "ready", url: "http://127.0.0.1:1" }]));
    await wait(20);
    tell({ kind: "stop" });
    await life;
    expect(told.at(-1)).toEqual({ kind: "stopped" });
  });

  it("drops what its parent never says, and a connection without a port", async () => {
    const { parent, told, tell } = scriptedParent();
    const { client } = scriptedClient();
    const { core, done } = running(client);
    const life = serveCore(parent, () => Promise.resolve(core), self());
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0));
    for (const message of [undefined, "stop", { kind: "other" }, { kind: "stop", now: true }, { kind: "connect" }]) tell(message);
    expect(done).toEqual([]);
    tell({ kind: "stop" });
    await life;
    expect(done).toEqual(["closed"]);
  });

  it("tells a reason a person can act on, and ends without being started again", async () => {
    const { parent, told } = scriptedParent();
    const process = self();
    await serveCore(parent, () => Promise.reject(new AppError("ENV_PORT_IN_USE", "Port 7420 is taken; nothing was started.")), process);
    expect(told).toEqual([
      {
        kind: "refused",
        code: "ENV_PORT_IN_USE",
        message: "Port 7420 is taken; nothing was started.",
        next: "Choose another port with --port, or stop what listens there.",
      },
    ]);
    expect(process.codes).toEqual([0]);
  });

  it.each([[new Error("boom")], [new AppError("INTERNAL", "Bug.")]])("crashes on anything else: %s", async (thrown) => {
    const { parent, told } = scriptedParent();
    await expect(serveCore(parent, () => Promise.reject(thrown), self())).rejects.toBe(thrown);
    expect(told).toEqual([]);
  });
});
