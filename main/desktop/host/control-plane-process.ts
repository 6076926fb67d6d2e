/*
 * The control plane's own process: what `rollcall serve` runs, with its listener for hosts and browsers, and the
 * contract served to the desktop's window over the ports that the main process hands in.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRouterClient } from "@orpc/server";
import type { StartDeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import { moveSecrets } from "#main/adapters/encrypted-file-secrets/move-secrets.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { pinoLogger } from "#main/adapters/system/pino-logger.ts";
import { CappedLog } from "#main/node/capped-log.ts";
import { DEFAULT_PORT } from "#main/server/serve.ts";
import { startServer } from "#main/server/server.ts";
import { PortSecrets } from "../secrets/port-secrets.ts";
import type { CorePort } from "./core-port.ts";
import { localPrincipal } from "./local-principal.ts";
import { parentOf } from "./parent-link.ts";
import { portServer, windowContext } from "./serve-port.ts";
import { serveCore, type RunningCore } from "./serve-core.ts";

// Not strict, and from the second argument on: Electron may put this file's own path among the arguments, Node does not.
const options = { data: { type: "string" }, port: { type: "string" } } as const;
const { values } = parseArgs({ args: process.argv.slice(1), options, strict: false });
const dataFolder = String(values.data);
const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
const file = new CappedLog(join(dataFolder, "logs", "control-plane.log"));
const logger = pinoLogger(file);

async function start(secrets: Promise<CorePort>, startDeltaProcess: StartDeltaProcess): Promise<RunningCore> {
  const openSecrets = async (): Promise<SecretStore> => {
    const opened = await new PortSecrets(await secrets).open();
    // A server may have run on this data folder before the desktop did.
    await moveSecrets(dataFolder, opened);
    return opened;
  };
  const server = await startServer({ dataFolder, port, logger, shell: "desktop", openSecrets, startDeltaProcess });
  const { router } = server.opened.plane;
  const principal = localPrincipal();
  return {
    url: server.urls[0] ?? "",
    client: createRouterClient(router, { context: () => windowContext(principal, logger) }),
    servePort: portServer(router, principal, logger),
    close: () => server.stop(),
  };
}

await serveCore(parentOf(process), start, {
  end: (code) => void file.flush().finally(() => process.exit(code)),
  log: (event, facts) => logger.warn(facts, event),
});
