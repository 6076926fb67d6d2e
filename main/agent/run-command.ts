import { mkdir, rm } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { lockFile } from "#main/node/file-lock.ts";
import type { AgentCommand } from "./agent-config.ts";
import { runAgent } from "./agent.ts";
import { enrol } from "./enrol/enrol.ts";
import { readToken } from "./enrol/read-token.ts";
import { readHostFacts, readHostPlatform } from "./host/host-facts.ts";
import { HostOverrides } from "./host/host-overrides.ts";
import { openAgentLog, type AgentLogger } from "./logger.ts";
import { loadHostKey } from "./state/host-key.ts";
import { identityDocument, type Identity } from "./state/identity.ts";
import { statePaths, type StatePaths } from "./state/state-paths.ts";

type RunCommand = Extract<AgentCommand, { kind: "run" }>;

async function loadIdentity(paths: StatePaths, command: RunCommand, logger: AgentLogger, signal: AbortSignal): Promise<Identity> {
  const document = identityDocument(paths.identity);
  const { value, recovered } = await document.read();
  if (recovered !== undefined) logger.warn({ path: recovered }, "A damaged state file was recovered from its twin copy.");
  const token = await readToken(command.tokenSource);
  if (value !== undefined) {
    if (token !== undefined) logger.info({ hostId: value.hostId }, "This host is enrolled already; the token was not used.");
    return value;
  }
  if (token === undefined) {
    throw new AppError(
      "INPUT_INVALID",
      "This host is not enrolled and no token was given; nothing was started. Give one with --token-file, on standard input or in ROLLCALL_ENROL_TOKEN.",
    );
  }
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
  await mkdir(paths.folder, { recursive: true, mode: 0o750 });
  const lock = lockFile(paths.lock, `the state folder ${paths.folder}`);
  try {
    const log = openAgentLog(paths.agentLog, { foreground: command.foregroundLog });
    log.logger.info({ pid: process.pid, platform }, "The agent starts.");
    const overrides = await HostOverrides.open(paths.overrides, log.logger);
    const identity = await loadIdentity(paths, command, log.logger, signal);
    const key = await loadHostKey(paths.hostKey);
    await runAgent({ paths, identity, key, platform, overrides, log }, signal);
    log.logger.info("The agent has stopped.");
  } finally {
    lock.release();
  }
}
