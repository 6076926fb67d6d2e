import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "#main/node/disk-error.ts";
import { SERVICE_NAME } from "./install-paths.ts";

const execute = promisify(execFile);
/** Above `TimeoutStopSec=` of the unit. */
const TIMEOUT_MS = 15 * 60_000;

/** What an installation asks of the running systemd; tests and image builds have none. */
export type ServiceControl = {
  /** Makes systemd read the units anew. */
  readonly reload: () => Promise<void>;
  readonly isActive: () => Promise<boolean>;
  readonly start: () => Promise<void>;
  /** Starts the agent anew; its applications go on. */
  readonly restart: () => Promise<void>;
  /**
   * Ends the agent, and its applications in order; with it whatever would start it again at once, such as a socket that
   * systemd holds and that a client knocks at.
   *
   * @returns the names of those other units.
   */
  readonly stop: () => Promise<readonly string[]>;
};

async function control(...args: readonly string[]): Promise<string> {
  try {
    return (await execute("systemctl", [...args], { timeout: TIMEOUT_MS })).stdout;
  } catch (cause) {
    throw new AppError("ENV_SERVICE_FAILED", `systemd did not do \`systemctl ${args.join(" ")}\`; the files of the installation stand.`, {
      cause,
    });
  }
}

async function triggersOf(unit: string): Promise<readonly string[]> {
  const names = await control("show", "--property", "TriggeredBy", "--value", unit);
  return names.split(/\s+/).filter((name) => name !== "");
}

/** The systemd of this machine, through `systemctl`. Every call throws AppError ENV_SERVICE_FAILED. */
export const systemctl: ServiceControl = {
  reload: async () => void (await control("daemon-reload")),
  isActive: async () => {
    try {
      await execute("systemctl", ["is-active", "--quiet", SERVICE_NAME], { timeout: TIMEOUT_MS });
      return true;
    } catch (thrown) {
      // An exit of its own is the answer "no"; a systemctl that cannot be run is none.
      if (errnoOf(thrown) === undefined) return false;
      throw thrown;
    }
  },
  start: async () => void (await control("start", SERVICE_NAME)),
  restart: async () => void (await control("restart", SERVICE_NAME)),
  stop: async () => {
    const triggers = await triggersOf(`${SERVICE_NAME}.service`);
    // In one word: while the agent is to stop, systemd starts it for nobody.
    await control("stop", SERVICE_NAME, ...triggers);
    return triggers;
  },
};
