import { join } from "node:path";
import { ROOT } from "#main/build/checks.ts";
import { DEFAULT_PORT } from "#main/server/serve.ts";
import { chooseShell, hasDisplay, type LaunchChoice } from "./choose-shell.ts";
import { progressLine } from "./download-progress.ts";
import { findElectron } from "./electron-program.ts";
import { fetchElectron } from "./fetch-electron.ts";
import type { LaunchSurroundings } from "./launch-config.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { openBrowser } from "./open-browser.ts";
import { prepareConsole, prepareDesktop } from "./prepare-build.ts";
import { runDesktop } from "./run-desktop.ts";
import { findRunningInstance, type RunningInstance } from "./running-instance.ts";
import { serveConsole } from "./serve-console.ts";

const ELECTRON_PACKAGE = join(ROOT, "node_modules/electron");
const GIVE_UP_MS = 10_000;

/** One start: what was asked, where, and how it is told to stop. */
export type Launch = { readonly options: LaunchOptions; readonly around: LaunchSurroundings; readonly signal: AbortSignal };

/** Starts Rollcall in the shell that fits this machine and stays until it ends. Answers the exit code. */
export async function launch(start: Launch): Promise<number> {
  const dataFolder = start.options.dataFolder ?? start.around.defaultDataFolder;
  let choice = chooseFor(start);
  const running = await findRunningInstance(dataFolder);
  if (running !== undefined && !(running.shell === "desktop" && choice.kind === "desktop")) return showRunning(start, running, dataFolder);
  if (choice.kind === "fetch") choice = await fetchProgram(start);
  if (choice.kind === "desktop") {
    const end = await openDesktop(start, choice.program, dataFolder);
    if (end.kind === "ended") return end.code;
    choice = { kind: "server", reason: end.reason };
  }
  return serveUntilStopped(start, choice.kind === "server" ? choice.reason : "", dataFolder);
}

function chooseFor({ options, around }: Launch): LaunchChoice {
  const { platform, environment, isRoot } = around;
  const electron = findElectron(ELECTRON_PACKAGE, environment["ELECTRON_OVERRIDE_DIST_PATH"]);
  return chooseShell({ platform, isRoot, electron, wantsBrowser: options.browser, hasDisplay: hasDisplay(platform, environment) });
}

/** The first one goes on as it is; this start shows the way to it. */
function showRunning({ around }: Launch, running: RunningInstance, dataFolder: string): number {
  console.log(`Rollcall already runs on ${dataFolder}, at ${running.url}`);
  showLink(around, running.link);
  return 0;
}

async function fetchProgram({ around, signal }: Launch): Promise<LaunchChoice> {
  const what = "Fetching Electron";
  if (!around.isTerminal) console.log(`${what} …`);
  const outcome = await fetchElectron({
    packageFolder: ELECTRON_PACKAGE,
    environment: around.environment,
    stallMs: GIVE_UP_MS,
    signal,
    onProgress: (progress) => around.isTerminal && process.stdout.write(`\r\u001b[K${progressLine(what, progress)}`),
  });
  if (around.isTerminal) process.stdout.write("\r\u001b[K");
  if (outcome.kind === "failed") return { kind: "server", reason: `Electron could not be fetched: ${outcome.reason}` };
  const electron = findElectron(ELECTRON_PACKAGE, around.environment["ELECTRON_OVERRIDE_DIST_PATH"]);
  return electron.kind === "present"
    ? { kind: "desktop", program: electron.program }
    : { kind: "server", reason: "Electron was fetched but its program is not where it should be" };
}

async function openDesktop({ options, signal }: Launch, program: string, dataFolder: string) {
  await prepareConsole((line) => console.log(line));
  await prepareDesktop();
  const port = options.port === undefined ? [] : ["--port", String(options.port)];
  return runDesktop(program, [ROOT, "--data", dataFolder, ...port], signal);
}

async function serveUntilStopped({ options, around, signal }: Launch, reason: string, dataFolder: string): Promise<number> {
  await prepareConsole((line) => console.log(line));
  if (signal.aborted) return 0;
  console.log(`${reason}, so Rollcall opens in a browser instead of a window of its own.`);
  const served = await serveConsole(dataFolder, options.port ?? DEFAULT_PORT);
  console.log(`\nRollcall runs at ${served.server.urls[0] ?? ""}, with its data in ${dataFolder}.`);
  showLink(around, served.link);
  console.log("Ctrl-C stops it.");
  if (!signal.aborted) await new Promise((settle) => signal.addEventListener("abort", settle, { once: true }));
  await served.server.stop();
  await served.flush();
  console.log("Stopped.");
  return 0;
}

function showLink(around: LaunchSurroundings, link: string): void {
  console.log(`Log in once with this link, within ten minutes:\n\n  ${link}\n`);
  if (hasDisplay(around.platform, around.environment)) openBrowser(link);
}
