/**
 * `npm run dev`: the control plane on port 7420 with data in `dist/dev-data`, and the console from its sources on Vite's
 * port, which passes calls on. Changes of the console show at once; changes of the control plane need a restart.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createServer } from "vite";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { ROOT } from "./checks.ts";

const PORT = "7420";
const data = join(ROOT, "dist/dev-data");

await mkdir(data, { recursive: true });
const args = ["-r", "./main/node/guard.cjs", "main/cli/main.ts", "serve", "--data", data, "--port", PORT];
const plane = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
const ended = once(plane, "exit");

let running = await readRunningFile(data);
while (running === undefined && plane.exitCode === null) {
  await new Promise((settle) => setTimeout(settle, 50));
  running = await readRunningFile(data);
}
if (running === undefined) process.exit(plane.exitCode ?? 1);

const consoleServer = await createServer({ configFile: join(ROOT, "renderer/vite.config.ts"), root: join(ROOT, "renderer") });
await consoleServer.listen();
const origin = consoleServer.resolvedUrls?.local[0] ?? "http://127.0.0.1:5173/";
const link = new URL((await contractClient({ url: running.url, token: running.token }).access.createLoginLink()).url);
console.log(`\nThe console from its sources: ${new URL(link.pathname + link.search + link.hash, origin).href}\n`);

process.once("SIGINT", () => plane.kill("SIGTERM"));
process.once("SIGTERM", () => plane.kill("SIGTERM"));
await ended;
await consoleServer.close();
