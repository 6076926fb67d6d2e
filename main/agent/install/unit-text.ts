import { statePaths } from "../state/state-paths.ts";
import { INSTALLED_PROGRAM, INSTALLED_STATE, SERVICE_NAME } from "./install-paths.ts";

/** Variables that would change what the agent's runtime loads. Applications get none of the agent's but a short list. */
const UNSET = ["NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"] as const;

/** One argument of `ExecStart=`: quoted, with what systemd would expand taken by the letter (systemd.service, "Command lines"). */
function quoted(argument: string): string {
  return `"${argument.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}

function startCommand(name: string | undefined): string {
  const args = ["run", "--state", INSTALLED_STATE, ...(name === undefined ? [] : ["--name", quoted(name)])];
  return [INSTALLED_PROGRAM.launcher, ...args].join(" ");
}

function conditions(): readonly string[] {
  const { identity, identityTwin, enrolmentToken } = statePaths(INSTALLED_STATE);
  return [identity, identityTwin, enrolmentToken].map((path) => `ConditionPathExists=|${path}`);
}

/**
 * The systemd unit of the agent. Applications live in the unit's control group and inherit whatever a sandbox of it
 * imposes, so that every option here holds for the agent alone; `docs/adr/0060-the-agent-as-a-service.md` names those
 * that were left out for that.
 *
 * @param name what the host is called in the console; its host name when undefined, as images that become many hosts need it.
 */
export function unitText(name?: string): string {
  return [
    "[Unit]",
    "Description=Rollcall agent, which keeps this host on the releases that it is granted",
    "Documentation=https://rollcall.example",
    "# It serves from this disk alone and waits for no network; it is stopped before the network is.",
    "After=network.target",
    "# Without an identity, or a token to get one with, there is nothing to run.",
    ...conditions(),
    "# However often it ends, it is started again.",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=notify",
    "# The agent speaks for itself; applications cannot speak for it.",
    "NotifyAccess=main",
    `ExecStart=${startCommand(name)}`,
    "Restart=always",
    "RestartSec=5s",
    "TimeoutStartSec=5min",
    "# Applications are stopped in order, each within its deadline of at most ten minutes.",
    "TimeoutStopSec=11min",
    "WatchdogSec=3min",
    "# Applications outlive an agent that is killed, hangs or is restarted; the next agent takes them over.",
    "KillMode=process",
    "RestartKillSignal=SIGUSR2",
    "OOMPolicy=continue",
    "# The control group and its limits are the applications', too.",
    "Delegate=yes",
    "TasksMax=infinity",
    `StateDirectory=${SERVICE_NAME}`,
    "StateDirectoryMode=0751",
    `UnsetEnvironment=${UNSET.join(" ")}`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}
