/** Loaded before the agent (`node --import`): replaces what it reaches the system by, and changes nothing of the agent. */
import { createRequire, syncBuiltinESMExports } from "node:module";
import type * as ChildProcessModule from "node:child_process";
import type * as FsModule from "node:fs";
import type * as PromisesModule from "node:fs/promises";
import type * as HttpModule from "node:http";
import type * as HttpsModule from "node:https";
import { INJECTION_VARIABLE, type Injection } from "../fault.ts";
import { CutPoints } from "./cut-points.ts";
import { Unsynced } from "./unsynced.ts";
import { wrapDisk } from "./wrap-disk.ts";
import { wrapNetwork } from "./wrap-network.ts";
import { wrapProcesses } from "./wrap-processes.ts";
import { wrapStreams } from "./wrap-streams.ts";

const require = createRequire(import.meta.url);
// Why the casts: require has no types; these are the modules that the names say.
const disk = require("node:fs/promises") as typeof PromisesModule;
const streams = require("node:fs") as typeof FsModule;
const http = require("node:http") as typeof HttpModule;
const https = require("node:https") as typeof HttpsModule;
const processes = require("node:child_process") as typeof ChildProcessModule;

async function inject(given: Injection): Promise<void> {
  const unsynced = new Unsynced(given.folder);
  const points = new CutPoints(given, unsynced);
  process.on("exit", () => unsynced.forget());

  const BOOT_ID = "/proc/sys/kernel/random/boot_id";
  if (given.machineBoot !== undefined) {
    const [readFile, boot] = [disk.readFile, given.machineBoot];
    disk.readFile = (async (...args: Parameters<typeof readFile>) =>
      args[0] === BOOT_ID ? `${boot}\n` : readFile(...args)) as typeof readFile;
  }
  await wrapDisk(disk, { points, unsynced });
  wrapStreams(streams, points);
  wrapNetwork(http, https, points);
  wrapProcesses(processes, points);
  syncBuiltinESMExports();
}

/** The verb of the process that applies a delta; imported from the agent, it would bring its schemas along. */
const APPLIER = "apply-delta";

async function injectIfPlanned(planned: string): Promise<void> {
  // Why the cast: whoever starts this program has written it a moment ago, and a schema costs each start a tenth of a second.
  const given = JSON.parse(planned) as Injection;
  if ((given.isApplier === true) !== process.argv.includes(APPLIER)) return;
  // Whatever this process starts, applications and processes of its own, is nobody's to inject into.
  delete process.env[INJECTION_VARIABLE];
  await inject(given);
}

const planned = process.env[INJECTION_VARIABLE];
if (planned !== undefined) await injectIfPlanned(planned);
