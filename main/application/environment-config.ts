/** How a process that an agent started finds its socket. */
export type SocketEnvironment = { readonly socketPath: string; readonly tokenFile: string };

/**
 * Reads what the agent put into the environment; undefined in a process that no agent started, such as a test or a
 * developer's own run.
 */
export function readSocketEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): SocketEnvironment | undefined {
  const { ROLLCALL_SOCKET: socketPath, ROLLCALL_TOKEN_FILE: tokenFile } = variables;
  return socketPath === undefined || tokenFile === undefined ? undefined : { socketPath, tokenFile };
}
