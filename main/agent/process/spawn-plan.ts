import type { LaunchSpec } from "./launch-spec.ts";
import { READY_FD_VARIABLE } from "./readiness-pipe.ts";
import { asUser } from "./run-user.ts";
import { windowsGate } from "./windows-gate.ts";

/**
 * A start in its simplest form: words, surroundings, where output goes. Everything that a run spec can say is put into
 * words here, by the agent, so that whoever spawns has nothing to understand and need not be as new as the agent.
 */
export type SpawnPlan = {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly outputLog: string;
  readonly hasReadyPipe: boolean;
};

/** The first descriptor of what a program inherits; sd_listen_fds(3) has it so. */
export const FIRST_INHERITED_FD = 3;

/** The gate's own exit when its agent went away before it let it through. */
const GATE_CLOSED = 97;
const GATE = `read -r go || exit ${GATE_CLOSED}; exec "$@" </dev/null`;
/** Opens the lifeline, which is its first argument, before it replaces itself; where that cannot be, it runs without one. */
const HELD_GATE = `read -r go || exit ${GATE_CLOSED}; line=$1; shift
[ -p "$line" ] || { rm -f "$line"; mkfifo -m 600 "$line"; } 2>/dev/null
[ -p "$line" ] && command exec 9<>"$line"
exec "$@" </dev/null`;
/** The shell's pid is the program's, which no one else could name before it runs (sd_listen_fds(3)). */
const LISTEN_GATE = `read -r go || exit ${GATE_CLOSED}; export LISTEN_PID=$$; exec "$@" </dev/null`;

function posixWords(spec: LaunchSpec, command: string, hasSockets: boolean): readonly string[] {
  const { user, umask, lifeline } = spec;
  // The end of what the holder started is known by the holder.
  const line = hasSockets ? undefined : lifeline;
  const gate = hasSockets ? LISTEN_GATE : line === undefined ? GATE : HELD_GATE;
  const program = user === undefined ? [command, ...spec.args] : asUser(user, command, spec.args);
  const words = line === undefined ? program : [line, ...program];
  return ["/bin/sh", "-c", umask === undefined ? gate : `umask ${umask}; ${gate}`, "sh", ...words];
}

/**
 * Lays out the start of a program behind a gate: a shell that waits at its standard input and then replaces itself, or,
 * on Windows, {@link windowsGate}.
 *
 * @param command the path of the program, which is there and executable.
 * @param socketNames what it inherits from descriptor 3 on, in this order.
 */
export function toSpawnPlan(
  spec: LaunchSpec,
  command: string,
  socketNames: readonly string[],
  os: NodeJS.Platform = process.platform,
): SpawnPlan {
  const hasSockets = socketNames.length > 0;
  const hasReadyPipe = spec.readyPipe === true;
  return {
    words: os === "win32" ? windowsGate(process.execPath, command, spec.args) : posixWords(spec, command, hasSockets),
    environment: {
      ...spec.environment,
      ...(hasSockets && { LISTEN_FDS: String(socketNames.length), LISTEN_FDNAMES: socketNames.join(":") }),
      ...(hasReadyPipe && { [READY_FD_VARIABLE]: String(FIRST_INHERITED_FD + socketNames.length) }),
    },
    workFolder: spec.workFolder,
    outputLog: spec.outputLog,
    hasReadyPipe,
  };
}
