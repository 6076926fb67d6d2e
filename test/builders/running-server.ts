import { onTestFinished } from "vitest";
import { type RunningServer, startServer } from "#main/server/server.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { tempFolder } from "./temp-folder.ts";

/** The real server on a free loopback port with its data in a temporary folder; stopped when the test ends. */
export async function runningServer(): Promise<RunningServer> {
  const server = await startServer({ dataFolder: await tempFolder(), port: 0, logger: quietLogger() });
  onTestFinished(() => server.stop());
  return server;
}
