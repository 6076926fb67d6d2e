import "#main/node/guard.cjs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { applicationDataFolder } from "#main/node/application-data-folder.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { environment } from "./environment-config.ts";
import { DEFAULT_PORT, serve } from "./serve.ts";

/** `dist/server/start.js [--data DIR] [--port N] [--listen ADDRESS]`: the server as a program of its own, for containers and units. */
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());

try {
  const { values } = parseArgs({ options: { data: { type: "string" }, port: { type: "string" }, listen: { type: "string" } } });
  const facts = { platform: process.platform, home: homedir(), environment };
  await serve(
    {
      dataFolder: values.data === undefined ? applicationDataFolder(facts, "Rollcall") : resolve(values.data),
      port: Number(values.port ?? DEFAULT_PORT),
      listen: values.listen,
      certificate: undefined,
      logLevel: "info",
    },
    { log: process.stderr, say: (line) => void process.stdout.write(`${line}\n`), signal: stop.signal },
  );
} catch (thrown) {
  const failure = toAppError(thrown);
  process.stderr.write(`${failure.message}\n${failure.next} (${failure.code})\n`);
  process.exitCode = ERROR_CODES[failure.code].exit;
}
