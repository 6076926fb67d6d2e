import type { SystemdEnvironment } from "./install/systemd-notifier.ts";
import { LIBRARY_VARIABLE } from "./self-update/launcher-text.ts";

/** Variables of the agent's own environment that its children get. Everything else stays here, tokens above all. */
const INHERITED = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;

/** The part of the agent's environment that an application starts from. */
export function inheritedEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** The enrolment token of the environment, for hosts that are set up by something that only knows variables. */
export function tokenFromEnvironment(): string | undefined {
  const token = process.env["ROLLCALL_ENROL_TOKEN"];
  // Whoever looks at this process later, or is started by it, finds nothing.
  delete process.env["ROLLCALL_ENROL_TOKEN"];
  return token;
}

/** How systemd can be told about this process; undefined when nobody asked to be. */
export function systemdEnvironment(): SystemdEnvironment | undefined {
  const { NOTIFY_SOCKET: socket, PATH: path, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = process.env;
  if (socket === undefined || socket === "") return undefined;
  const isMine = pid === undefined || pid === String(process.pid);
  const watchdogMs = isMine && /^[1-9]\d{0,15}$/.test(microseconds ?? "") ? Number(microseconds) / 1000 : undefined;
  return { variables: { NOTIFY_SOCKET: socket, ...(path !== undefined && { PATH: path }) }, watchdogMs };
}

/** The library that the launcher started this agent from; undefined when something else started it. */
export function launchedFrom(): string | undefined {
  const library = process.env[LIBRARY_VARIABLE];
  delete process.env[LIBRARY_VARIABLE];
  return library === undefined || library === "" ? undefined : library;
}

/** The control group that an operator gave to the agent, as a path below the mount point: `/rollcall`. */
export function delegatedGroup(): string | undefined {
  const group = process.env["ROLLCALL_CGROUP"];
  return group === undefined || group === "" ? undefined : group;
}

/** Names of the listening sockets that systemd passed to this very process (sd_listen_fds(3)), descriptors 3 and on. */
export function passedSockets(): readonly string[] {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names } = process.env;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete process.env[name];
  if (pid !== String(process.pid) || !/^[1-9]\d{0,2}$/.test(count ?? "")) return [];
  const given = names === undefined || names === "" ? [] : names.split(":");
  return Array.from({ length: Number(count) }, (_, index) => given[index] ?? "");
}
