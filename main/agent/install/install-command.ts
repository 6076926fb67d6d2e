import { stat } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { toPathError } from "#main/node/path-error.ts";
import type { InstallCommand, UninstallCommand } from "../agent-config.ts";
import { AGENT_VERSION } from "../agent-version.ts";
import { readToken } from "../enrol/read-token.ts";
import { installAgent } from "./install-agent.ts";
import { INSTALLED_STATE, installPaths } from "./install-paths.ts";
import { markOwned } from "./owned-file.ts";
import type { ProgramFiles } from "./program-versions.ts";
import { systemctl } from "./service-control.ts";
import { uninstallAgent } from "./uninstall-agent.ts";
import { unitText } from "./unit-text.ts";

/** What systemd itself says to look for (sd_booted(3)). */
const BOOTED_BY_SYSTEMD = "/run/systemd/system";

/** The Node that runs now, and the bundle that it runs. */
function runningProgram(): ProgramFiles {
  const agent = import.meta.filename;
  if (!agent.endsWith(".ts")) return { node: process.execPath, agent, version: AGENT_VERSION };
  throw new AppError(
    "ENV_UNSUPPORTED",
    "This agent runs from its sources, which cannot be installed; nothing was done. Build it with `npm run build agent`, then run `node dist/agent/rollcall-agent.js install`.",
  );
}

async function hasSystemd(): Promise<boolean> {
  return stat(BOOTED_BY_SYSTEMD).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function refuseWithoutRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new AppError("ACCESS_DENIED", "Only root can change the services of this machine; nothing was done. Run it with sudo.");
}

async function refuseWithoutSystemd({ node, agent }: ProgramFiles): Promise<void> {
  if (await hasSystemd()) return;
  throw new AppError(
    "ENV_UNSUPPORTED",
    `This machine was not started by systemd; nothing was installed. Have its own supervisor run \`${node} ${agent} run --state ${INSTALLED_STATE}\` as root, start it again whenever it ends, and send SIGTERM to that process alone, not to its group.`,
  );
}

const toLines = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/**
 * `rollcall-agent install`: installs the running agent as a service of this machine, or into the root folder of an image.
 *
 * @returns what to print.
 * @throws AppError ENV_UNSUPPORTED from sources or without systemd, ACCESS_DENIED without root, and what
 *   {@link installAgent} and {@link readToken} throw.
 */
export async function installCommand({ root, name, print, tokenSource }: InstallCommand): Promise<string> {
  if (print) return markOwned(unitText(name));
  const files = runningProgram();
  if (root === undefined) {
    await refuseWithoutSystemd(files);
    refuseWithoutRoot();
  }
  const token = await readToken(tokenSource);
  const service = root === undefined ? systemctl : undefined;
  try {
    return toLines(await installAgent({ paths: installPaths(root ?? "/"), files, token, name, service }));
  } catch (thrown) {
    throw toPathError(thrown, "the installation is not complete, and running it again completes it");
  }
}

/**
 * `rollcall-agent uninstall`: removes the service from this machine, or from the root folder of an image.
 *
 * @returns what to print.
 * @throws AppError ACCESS_DENIED without root, and what {@link uninstallAgent} throws.
 */
export async function uninstallCommand({ root, purge }: UninstallCommand): Promise<string> {
  if (root === undefined) refuseWithoutRoot();
  const service = root === undefined && (await hasSystemd()) ? systemctl : undefined;
  try {
    return toLines(await uninstallAgent({ paths: installPaths(root ?? "/"), purge, service }));
  } catch (thrown) {
    throw toPathError(thrown, "the removal is not complete, and running it again completes it");
  }
}
