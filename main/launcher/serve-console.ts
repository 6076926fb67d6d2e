import { join } from "node:path";
import { pinoLogger } from "#main/adapters/system/pino-logger.ts";
import { CappedLog } from "#main/node/capped-log.ts";
import { startServer, type RunningServer } from "#main/server/server.ts";

/** A control plane that this process serves to browsers, with the link that opens it. */
export type ServedConsole = { readonly server: RunningServer; readonly link: string; flush(): Promise<void> };

/** Starts the control plane here, on loopback, with its log in the data folder. */
export async function serveConsole(dataFolder: string, port: number): Promise<ServedConsole> {
  const log = new CappedLog(join(dataFolder, "logs", "server.log"));
  const server = await startServer({ dataFolder, port, logger: pinoLogger(log) });
  return { server, link: await server.loginLink(), flush: () => log.flush() };
}
