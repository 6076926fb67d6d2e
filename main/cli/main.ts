#!/usr/bin/env node
import "#main/node/guard.cjs";
import { environment } from "./environment-config.ts";
import { runCli } from "./run.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
// A reader that went away (`| head`) is no failure of ours.
process.stdout.on("error", () => process.exit(0));

process.exitCode = await runCli(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  environment,
  signal: stop.signal,
});
