import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";

/** What a person may ask of `npm start -- …`. Absent means Rollcall's own choice. */
export type LaunchOptions = {
  readonly help: boolean;
  readonly dataFolder: string | undefined;
  readonly port: number | undefined;
  /** Serve the console to a browser, even where the desktop application could run. */
  readonly browser: boolean;
};

/** What `npm start -- --help` prints. */
export const LAUNCH_HELP = `Starts Rollcall: the desktop application where there is a display, the console in a browser elsewhere.

  npm start -- [--data DIR] [--port N] [--browser]

  --data DIR   keep everything in this folder instead of the system's application-data folder
  --port N     listen on this port; 0 takes a free one
  --browser    serve the console to a browser, even where the desktop application could run`;

/**
 * Reads the command line.
 *
 * @throws AppError INPUT_INVALID with the option that was not understood.
 */
export function readLaunchOptions(argv: readonly string[], workingFolder: string): LaunchOptions {
  const values = parse(argv);
  return {
    help: values.help === true,
    dataFolder: values.data === undefined ? undefined : resolve(workingFolder, values.data),
    port: values.port === undefined ? undefined : readPort(values.port),
    browser: values.browser === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    const options = {
      help: { type: "boolean", short: "h" },
      data: { type: "string" },
      port: { type: "string" },
      browser: { type: "boolean" },
    } as const;
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split(". ")[0] : "unreadable options";
    throw new AppError("INPUT_INVALID", `${message}; nothing was started. See npm start -- --help.`, { cause });
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new AppError("INPUT_INVALID", `--port takes a number from 0 to 65535, not "${text.slice(0, 40)}"; nothing was started.`);
}
