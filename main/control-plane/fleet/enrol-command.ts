/** Where an agent that is started with the copied line keeps its identity and its slots. */
export const AGENT_STATE_FOLDER = "/var/lib/rollcall-agent";

/** Where agents of this very machine keep theirs, one folder each, so that trying it out needs no root. */
const LOCAL_STATE_FOLDER = "$HOME/.rollcall-agents";

/**
 * The line to run on a host. The token travels through a pipe: `printf` is built into the shell, so it stands in no
 * process's argv, where every user of the machine could read it.
 *
 * @param local how this machine itself starts an agent, ready for a shell; given while no other machine can reach the
 *   control plane, so that the line works as it is.
 * @param tokenId names the folder of a local agent.
 */
export function enrolCommand(token: string, tokenId: string, local: string | undefined): string {
  const program = local ?? "rollcall-agent";
  const state = local === undefined ? AGENT_STATE_FOLDER : `"${LOCAL_STATE_FOLDER}/${tokenId.slice(0, 8)}"`;
  return `printf '%s' '${token}' | ${program} run --token-file - --state ${state}`;
}
