import { homedir } from "node:os";
import { applicationDataFolder } from "#main/node/application-data-folder.ts";

/** What a start depends on beside its options: read once, in one place. */
export type LaunchSurroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Where the person typed the command; npm itself runs us in the root of the checkout. */
  readonly workingFolder: string;
  readonly defaultDataFolder: string;
  /** Whether a person reads along, so that a moving line makes sense. */
  readonly isTerminal: boolean;
};

/** Reads the surroundings of this process. */
export function readSurroundings(): LaunchSurroundings {
  const environment = process.env;
  return {
    environment,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    workingFolder: environment["INIT_CWD"] ?? process.cwd(),
    defaultDataFolder: applicationDataFolder({ platform: process.platform, home: homedir(), environment }, "Rollcall"),
    isTerminal: process.stdout.isTTY,
  };
}
