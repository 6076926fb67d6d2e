import { rm } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { lockFile } from "#main/node/file-lock.ts";
import { makeFolder } from "#main/node/make-folder.ts";
import { narrowFolder } from "#main/node/narrow-folder.ts";
import type { AgentCommand } from "./agent-config.ts";
import { runAgent } from "./agent.ts";
import { enrol } from "./enrol/enrol.ts";
import { readInstalledToken } from "./enrol/read-installed-token.ts";
import { readToken } from "./enrol/read-token.ts";
import { passedSockets, systemdEnvironment } from "./environment-config.ts";
import { readHostFacts, readHostPlatform } from "./host/host-facts.ts";
import { HostOverrides } from "./host/host-overrides.ts";
import { SystemdNotifier } from "./install/systemd-notifier.ts";
import { openAgentLog, type AgentLogger } from "./logger.ts";
import { ownProgram } from "./process/own-program.ts";
import { runStandalone } from "./standalone/run-standalone.ts";
import { readStandaloneConfig } from "./standalone/standalone-config.ts";
import { loadHostKey } from "./state/host-key.ts";
import { identityDocument, type Identity } from "./state/identity.ts";
import { statePaths, type StatePaths } from "./state/state-paths.ts";

type RunCommand = Extract<AgentCommand, { kind: "run" }>;

type EnrolmentPorts = {
  readonly paths: StatePaths;
  readonly command: RunCommand;
  readonly logger: AgentLogger;
  readonly notifier: SystemdNotifier;
  readonly signal: AbortSignal;
};

async function loadIdentity({ paths, command, logger, notifier, signal }: EnrolmentPorts): Promise<Identity> {
  const document = identityDocument(paths.identity);
  const { value, recovered } = await document.read();
  if (recovered !== undefined) logger.warn({ path: recovered }, "A damaged state file was recovered from its twin copy.");
  const given = await readToken(command.tokenSource);
  if (value !== undefined) {
    await rm(paths.enrolmentToken, { force: true });
    if (given !== undefined) logger.info({ hostId: value.hostId }, "This host is enrolled already; the token was not used.");
    return value;
  }
  const token = given ?? (await readInstalledToken(paths.enrolmentToken));
  if (token === undefined) {
    throw new AppError(
      "INPUT_INVALID",
      "This host is not enrolled and no token was given; nothing was started. Give one with --token-file, on standard input or in ROLLCALL_ENROL_TOKEN.",
    );
  }
  // Approval may take people days; whoever boots this machine does not wait for it.
  notifier.ready("Waiting to be enrolled.");
  const facts = await readHostFacts(readHostPlatform(), paths.folder);
  const key = await loadHostKey(paths.hostKey);
  const identity = await enrol({
    token,
    key,
    name: command.name,
    facts,
    logger,
    now: () => Date.now(),
    random: () => Math.random(),
    signal,
  });
  // What an earlier identity trusted is not what this token pins.
  await rm(paths.trustFolder, { recursive: true, force: true });
  await document.write(identity);
  await rm(paths.enrolmentToken, { force: true });
  return identity;
}

/**
 * `rollcall-agent run`: takes the state folder, enrols if need be, and runs until aborted.
 *
 * @throws AppError ENV_DATA_IN_USE, ENROL_*, INPUT_INVALID, ENV_DATA_CORRUPT, ENV_UNSUPPORTED.
 */
export async function runCommand(command: RunCommand, signal: AbortSignal): Promise<void> {
  const platform = readHostPlatform();
  const paths = statePaths(command.state);
  await makeFolder(paths.folder, 0o750);
  const width = await narrowFolder(paths.folder, 0o755);
  const lock = await lockFile(paths.lock, `the state folder ${paths.folder}`);
  try {
    const log = openAgentLog(paths.agentLog, { foreground: command.foregroundLog });
    log.logger.info({ pid: process.pid, platform }, "The agent starts.");
    if (width.outcome !== "narrow") log.logger.warn({ folder: paths.folder, ...width }, "Others could write to the state folder.");
    const overrides = await HostOverrides.open(paths.overrides, log.logger);
    const notifier = new SystemdNotifier(systemdEnvironment(), (thrown) =>
      log.logger.warn({ err: thrown }, "systemd could not be told how the agent is."),
    );
    signal.addEventListener("abort", () => notifier.stopping(), { once: true });
    try {
      const own = { program: ownProgram(), passedSockets: passedSockets() };
      if (command.standalone !== undefined) {
        const config = await readStandaloneConfig(command.standalone);
        const notices = { serving: () => notifier.ready("Serving stand-alone."), ending: () => notifier.stopping() };
        await runStandalone({ config, paths, platform, overrides, log, ...own }, signal, notices);
        return;
      }
      const identity = await loadIdentity({ paths, command, logger: log.logger, notifier, signal });
      const key = await loadHostKey(paths.hostKey);
      await runAgent({ paths, identity, key, platform, overrides, log, ...own }, signal, () =>
        notifier.ready(`Serving as ${identity.name}.`),
      );
    } finally {
      await notifier.close();
    }
    log.logger.info("The agent has stopped.");
  } finally {
    lock.release();
  }
}
