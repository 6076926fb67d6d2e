import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "vite";
import { describe, expect, it } from "vitest";
import { bundleConfig, BUNDLES } from "#main/build/bundles.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const bundle = BUNDLES.find(({ name }) => name === "preload");

describe("the preload's bundle", () => {
  it("is one script that a sandboxed preload can run: it asks for electron and nothing else", async () => {
    const folder = await tempFolder();
    const config = bundleConfig(bundle!);
    await build({ ...config, build: { ...config.build, outDir: folder } });
    const code = await readFile(join(folder, "index.cjs"), "utf8");
    const asked: string[] = [];
    const exposed: string[] = [];
    const page = { postMessage: () => undefined };
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string) => exposed.push(name) },
      ipcRenderer: { on: () => undefined, invoke: () => Promise.resolve() },
      webUtils: {},
    };
    const require = (name: string): unknown => {
      asked.push(name);
      return name === "electron" ? electron : undefined;
    };
    // What a sandboxed preload has: a CommonJS frame, the page's globals, and a small process.
    const sandbox = {
      require,
      module: { exports: {} },
      exports: {},
      process: { platform: "linux", argv: [] },
      location: { origin: "app://rollcall" },
    };
    runInContext(code, createContext({ ...sandbox, window: Object.assign(page, { top: page }) }));
    expect(asked).toEqual(["electron"]);
    expect(exposed).toEqual(["rollcallShell"]);
    expect(code.length).toBeLessThan(40_000);
  });
});
