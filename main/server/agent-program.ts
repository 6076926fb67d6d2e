import { join } from "node:path";

/** The agent's program as it lies beside this server: its source, or its bundle. */
const AGENT_FILE = import.meta.filename.endsWith(".ts")
  ? join(import.meta.dirname, "../agent/main.ts")
  : join(import.meta.dirname, "../agent/rollcall-agent.js");

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * How a shell of this machine starts an agent, for a control plane that only this machine can reach. Undefined under
 * Electron, whose program cannot run as Node.
 */
export function localAgentProgram(): string | undefined {
  return process.versions["electron"] === undefined ? `${quoted(process.execPath)} ${quoted(AGENT_FILE)}` : undefined;
}
