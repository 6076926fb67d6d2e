import { describe, expect, it } from "vitest";
import { createShellCallHandler, type ShellActions } from "#main/desktop/host/shell-calls.ts";
import { SHELL_CALL_LIMITS } from "#main/desktop/security/call-budget.ts";

const sender = { contentsId: 1, frame: { url: "app://rollcall/", origin: "app://rollcall", isMainFrame: true } };

/** A handler whose actions note their arguments, and a log of its refusals. */
function handlerWith(actions: Partial<ShellActions> = {}) {
  const done: unknown[] = [];
  const log: unknown[] = [];
  const note = (...what: unknown[]): void => void done.push(what);
  const answer = createShellCallHandler({
    windowContentsId: () => 1,
    nowMs: () => 0,
    log: (event, facts) => log.push([event, facts]),
    actions: {
      connect: () => note("connect"),
      pickFiles: () => Promise.resolve(["/tmp/web-1.2.3"]),
      setTheme: (theme) => note("theme", theme),
      setProgress: (fraction) => note("progress", fraction),
      holdQuit: (reasons) => note("hold", reasons),
      openExternal: () => Promise.resolve(false),
      showDataFolder: () => Promise.resolve(),
      operator: {
        keys: () => Promise.resolve([]),
        createKey: (label) => Promise.resolve({ keyId: "1".repeat(64), label, publicKey: "A".repeat(43), createdAt: 0 }),
        sign: (request, keyId) => {
          note("sign", request, keyId);
          return Promise.resolve(undefined);
        },
      },
      ...actions,
    },
  });
  return { answer, done, log };
}

describe("calls of the window to its shell", () => {
  it("reach their action and answer with its value", async () => {
    const { answer, done } = handlerWith();
    expect(await answer(sender, { call: "pickFiles" })).toEqual({ ok: true, value: ["/tmp/web-1.2.3"] });
    expect(await answer(sender, { call: "openExternal", url: "https://github.com" })).toEqual({ ok: true, value: false });
    await answer(sender, { call: "connect" });
    await answer(sender, { call: "setTheme", theme: "dark" });
    await answer(sender, { call: "setProgress", fraction: 0.5 });
    await answer(sender, { call: "setProgress" });
    await answer(sender, { call: "holdQuit", reasons: ["A draft"] });
    await answer(sender, { call: "showDataFolder" });
    expect(await answer(sender, { call: "trustKeys" })).toEqual({ ok: true, value: [] });
    expect(await answer(sender, { call: "trustCreateKey", label: "Laptop" })).toMatchObject({ ok: true, value: { label: "Laptop" } });
    await answer(sender, { call: "trustSign", request: "{}", keyId: "1".repeat(64) });
    expect(done).toEqual([
      ["connect"],
      ["theme", "dark"],
      ["progress", 0.5],
      ["progress", undefined],
      ["hold", ["A draft"]],
      ["sign", "{}", "1".repeat(64)],
    ]);
  });

  it.each([
    ["another window", { ...sender, contentsId: 2 }],
    ["a sub-frame", { ...sender, frame: { ...sender.frame, isMainFrame: false } }],
    ["a frame that is gone", { ...sender, frame: null }],
    ["a foreign page", { ...sender, frame: { ...sender.frame, origin: "https://evil.example", url: "https://evil.example/" } }],
  ])("are refused from %s", async (_who, from) => {
    const { answer, done, log } = handlerWith();
    expect(await answer(from, { call: "connect" })).toMatchObject({ ok: false });
    expect(done).toEqual([]);
    expect(log).toEqual([["shell-call.refused", { code: "ACCESS_DENIED" }]]);
  });

  it.each([
    ["an unknown call", { call: "eval", code: "1" }],
    ["no object", "connect"],
    ["nothing", undefined],
    ["an extra field", { call: "connect", channel: "other" }],
    ["a theme that is none", { call: "setTheme", theme: "pink" }],
    ["progress beyond its end", { call: "setProgress", fraction: 2 }],
    ["too many reasons", { call: "holdQuit", reasons: Array.from({ length: 9 }, () => "x") }],
    ["an endless reason", { call: "holdQuit", reasons: ["x".repeat(201)] }],
    ["an endless address", { call: "openExternal", url: "x".repeat(2001) }],
  ])("are refused with %s", async (_what, payload) => {
    const { answer, done, log } = handlerWith();
    expect(await answer(sender, payload)).toMatchObject({ ok: false });
    expect(done).toEqual([]);
    expect(log).toEqual([["shell-call.refused", { code: "INPUT_INVALID" }]]);
  });

  it("are refused when too many come at once", async () => {
    const { answer, done } = handlerWith();
    const answers = await Promise.all(Array.from({ length: SHELL_CALL_LIMITS.burst + 5 }, () => answer(sender, { call: "connect" })));
    expect(answers.filter((each) => !each.ok)).toHaveLength(5);
    expect(done).toHaveLength(SHELL_CALL_LIMITS.burst);
  });

  it("answer a sentence, never an error's own words, when an action fails", async () => {
    const { answer, log } = handlerWith({ showDataFolder: () => Promise.reject(new Error("EACCES: /root/secret")) });
    const got = await answer(sender, { call: "showDataFolder" });
    expect(got).toEqual({ ok: false, code: "INTERNAL", message: "The shell could not do this (showDataFolder); its log says why." });
    expect(JSON.stringify(log)).toContain("EACCES");
  });
});
