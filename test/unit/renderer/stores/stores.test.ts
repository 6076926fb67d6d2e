import { describe, expect, it, vi } from "vitest";
import { createCommandStore } from "#renderer/stores/command-store.ts";
import { createDroppedFilesStore } from "#renderer/stores/dropped-files-store.ts";
import { createPreferencesStore } from "#renderer/stores/preferences-store.ts";

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe("commands", () => {
  it("do what the newest registration says, until it is taken back", () => {
    const store = createCommandStore();
    const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const forgetFirst = store.getState().register("rollout.pause", { run: first });
    const forgetSecond = store.getState().register("rollout.pause", { run: second });
    forgetFirst();
    store.getState().handlers["rollout.pause"]?.run();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    forgetSecond();
    expect(store.getState().handlers["rollout.pause"]).toBeUndefined();
  });
});

describe("dropped files", () => {
  it("are handed over once", () => {
    const store = createDroppedFilesStore();
    const file = new File(["x"], "web-1.0.0");
    const dropped = { files: [{ file, folder: "dist" }], leftOut: [{ name: ".git", reason: "hidden" as const }] };
    store.getState().drop(dropped);
    expect(store.getState().take()).toEqual(dropped);
    expect(store.getState().take()).toEqual({ files: [], leftOut: [] });
  });
});

describe("preferences", () => {
  it("outlive the page", () => {
    const storage = memory();
    createPreferencesStore(() => storage)
      .getState()
      .setLetterKeys(false);
    expect(createPreferencesStore(() => storage).getState().letterKeys).toBe(false);
  });

  it("remember the last commands, newest first, each once", () => {
    const store = createPreferencesStore(memory);
    for (const id of ["a", "b", "a", "c", "d", "e", "f", "g"]) store.getState().ranCommand(id);
    expect(store.getState().recentCommands).toEqual(["g", "f", "e", "d", "c", "a"]);
  });
});
