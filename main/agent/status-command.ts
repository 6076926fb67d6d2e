import { readFile } from "node:fs/promises";
import { listeningNote } from "#shared/domain/host/listening-note.ts";
import { slotNotes } from "#shared/domain/host/slot-notes.ts";
import { AGENT_PRODUCT_ID, AGENT_TRIAL_NOTE } from "#shared/domain/release/agent-product.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { isAlive } from "./process/process-identity.ts";
import { statePaths } from "./state/state-paths.ts";
import { agentStatus, type AgentStatus } from "./state/status-file.ts";

type Source = NonNullable<AgentStatus["sources"]>[number];

async function readStatus(folder: string): Promise<AgentStatus> {
  const { status } = statePaths(folder);
  try {
    const document: unknown = JSON.parse(await readFile(status, "utf8"));
    return agentStatus.parse(document);
  } catch (cause) {
    const message = isNotFound(cause) ? `No agent has run on ${folder} yet.` : `${status} cannot be read.`;
    throw new AppError("NOT_FOUND", message, { cause });
  }
}

/** @param ageMs how long ago the file was written, by an agent that still runs. */
function applicationLines(application: AgentStatus["applications"][number], ageMs: number): readonly string[] {
  const { productId, current, candidate, phase, failure, healthy, restarts, uptimeMs, quarantine, hold } = application;
  const up = uptimeMs === undefined ? "not running" : `up ${formatDuration(uptimeMs + ageMs)}`;
  return [
    `  ${productId}  ${current?.version ?? "nothing installed"}  ${phase}${candidate === undefined ? "" : ` (${candidate.version})`}`,
    `    ${healthy ? "healthy" : "not healthy"}, ${up}, ${restarts} unexpected restarts`,
    ...(application.trouble === undefined ? [] : [`    ${application.trouble}`]),
    ...[listeningNote(application.listening)].flatMap((note) => (note === undefined ? [] : [`    ${note}`])),
    ...(productId === AGENT_PRODUCT_ID && phase === "probation" ? [`    ${AGENT_TRIAL_NOTE}`] : []),
    ...slotNotes(application).map((note) => `    ${note}`),
    ...(hold === undefined ? [] : [`    ${hold}`]),
    ...(failure === undefined ? [] : [`    ${failure.cause}: ${failure.message}`]),
    ...quarantine.map((entry) => `    in quarantine: ${entry.digest.slice(0, 12)} (${entry.reason})`),
  ];
}

function sourceLines({ productId, place, unsigned, checkedAt, error, note }: Source, now: number): readonly string[] {
  return [
    `source of ${productId}: ${place}, looked at ${checkedAt === undefined ? "not yet" : `${formatDuration(now - checkedAt)} ago`}`,
    ...(unsigned ? ["  UNSIGNED: whoever can write to it runs programs on this host"] : []),
    ...(note === undefined ? [] : [`  ${note}`]),
    ...(error === undefined ? [] : [`  ${error}`]),
  ];
}

/** What an application's end reaches, and what it does not. */
const TRACKING = {
  "control groups": "every start has a control group; nothing outlives it",
  environment: "no control group was delegated: a process that leaves its group and clears its environment is not found",
  "process groups": "no control groups here: a process that leaves its group is not found",
} as const;

function toText(status: AgentStatus, isRunning: boolean, now: number): string {
  const { name, hostId, link, applications, agentVersion, writtenAt, processTracking, sources } = status;
  const since = formatDuration(now - (isRunning ? link.since : writtenAt));
  const running = sources === undefined ? `running, link ${link.state} for ${since}: ${link.detail}` : "running stand-alone";
  return [
    `${name}  ${hostId ?? "no control plane"}  agent ${agentVersion}`,
    isRunning ? running : `not running; last heard of ${since} ago`,
    ...(sources ?? []).flatMap((source) => sourceLines(source, now)),
    ...(processTracking === undefined ? [] : [TRACKING[processTracking]]),
    ...(applications.length === 0
      ? ["  no applications yet"]
      : applications.flatMap((one) => applicationLines(one, isRunning ? Math.max(0, now - writtenAt) : 0))),
    "",
  ].join("\n");
}

/**
 * `rollcall-agent status`: what the agent of a state folder last told, and whether it still runs.
 *
 * @throws AppError NOT_FOUND when no agent has run there.
 */
export async function statusCommand(folder: string, json: boolean): Promise<string> {
  const status = await readStatus(folder);
  const isRunning = await isAlive(status.process);
  return json ? `${JSON.stringify({ running: isRunning, ...status }, undefined, 2)}\n` : toText(status, isRunning, Date.now());
}
