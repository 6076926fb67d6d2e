import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { build } from "vite";
import { bundleConfig, BUNDLES } from "#main/build/bundles.ts";
import { ROOT } from "#main/build/checks.ts";
import { createBundleServer } from "#main/desktop/protocol/serve-bundle.ts";
import { APP_ORIGIN } from "#shared/contract/shell-names.ts";
import { launchChromium } from "#test/builders/chromium.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import type { FakeWebContents, SentToPage } from "#test/fakes/electron/fake-web-contents.ts";

/** Chromium's name for the window's origin here. Like `app://rollcall` it is a secure context; nothing listens there. */
export const PAGE_ORIGIN = "http://localhost:1";

/** What Electron gives a preload, inside the page. Calls and ports travel to the test's process. */
const ELECTRON_IN_PAGE = `
  const require = () => ({
    contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: api }) },
    ipcRenderer: { invoke: (_channel, payload) => window.__invoke(payload), on: (_channel, hear) => { window.__hear = hear; } },
    webUtils: { getPathForFile: () => "" },
  });
  const module = { exports: {} }, exports = module.exports, process = { platform: "linux", argv: [] };
  window.__ports = new Map();
  window.__receive = (message, portId) => {
    if (portId === undefined) return window.__hear({ ports: [] }, message);
    const { port1, port2 } = new MessageChannel();
    window.__ports.set(portId, port2);
    port2.onmessage = (event) => window.__toCore(portId, event.data);
    window.__hear({ ports: [port1] }, message);
  };
`;

async function preloadInPage(): Promise<string> {
  const folder = await tempFolder();
  const bundle = BUNDLES.find(({ name }) => name === "preload");
  if (bundle === undefined) throw new TypeError("there is no bundle of the preload");
  const config = bundleConfig(bundle);
  await build({ ...config, build: { ...config.build, outDir: folder } });
  const code = await readFile(join(folder, "index.cjs"), "utf8");
  return `(() => {${ELECTRON_IN_PAGE}\n${code.replaceAll(APP_ORIGIN, PAGE_ORIGIN)}\n})();`;
}

/**
 * Shows the built console in Chromium as the desktop's window does: pages, headers and nonce from the desktop's own
 * server, the real preload bundle, and messages and ports from the booted desktop. Only the scheme is another one.
 */
export async function openPage(contents: FakeWebContents, call: (payload: unknown) => Promise<unknown>): Promise<Page> {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const serve = createBundleServer(join(ROOT, "dist/renderer"));
  await page.route(`${PAGE_ORIGIN}/**`, async (route) => {
    const response = await serve(new Request(route.request().url().replace(PAGE_ORIGIN, APP_ORIGIN)));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  await bridge(page, contents, call);
  await page.addInitScript(await preloadInPage());
  return page;
}

async function bridge(page: Page, contents: FakeWebContents, call: (payload: unknown) => Promise<unknown>): Promise<void> {
  const ports = new Map<number, MessagePort>();
  const run = (script: string): void => void page.evaluate(script).catch(() => undefined);
  await page.exposeFunction("__invoke", call);
  await page.exposeFunction("__toCore", (id: number, data: unknown) => ports.get(id)?.postMessage(data));
  contents.hear = ({ message, ports: [port] }: SentToPage) => {
    if (port === undefined) return run(`__receive(${JSON.stringify(message)})`);
    const id = ports.size;
    ports.set(id, port);
    run(`__receive(${JSON.stringify(message)}, ${id})`);
    port.on("message", (data: unknown) => run(`__ports.get(${id}).postMessage(${JSON.stringify(data)})`));
    port.on("close", () => run(`__ports.get(${id}).close()`));
  };
  onTestFinished(() => {
    contents.hear = undefined;
    for (const port of ports.values()) port.close();
  });
}
