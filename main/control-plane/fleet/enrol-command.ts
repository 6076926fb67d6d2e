/** Where an agent that is started with the copied line keeps its identity and its slots. */
export const AGENT_STATE_FOLDER = "/var/lib/rollcall-agent";

/**
 * The line to run on a host. The token travels through a pipe: `printf` is built into the shell, so it stands in no
 * process's argv, where every user of the machine could read it.
 */
export function enrolCommand(token: string): string {
  return `printf '%s' '${token}' | rollcall-agent run --token-file - --state ${AGENT_STATE_FOLDER}`;
}
