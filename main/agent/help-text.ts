/** What `rollcall-agent --help` prints. */
export const HELP_TEXT = `rollcall-agent: keeps one host on the releases that its control plane grants it.

Usage:
  rollcall-agent run --state DIR [--token-file FILE|-] [--name NAME] [--foreground-log]
  rollcall-agent run --state DIR --standalone FILE [--foreground-log]
  rollcall-agent status --state DIR [--json]
  rollcall-agent install [--token-file FILE|-] [--name NAME] [--root DIR] | install --print
  rollcall-agent uninstall [--purge NAME] [--root DIR]
  rollcall-agent --help | --version

run       Runs the agent. The first time it needs an enrolment token, from a file, from
          standard input (-) or from ROLLCALL_ENROL_TOKEN; never as an argument, which
          every user of the machine could read.
status    Tells what a running or stopped agent knows: link, versions, phases.
install   Installs or upgrades the agent as a systemd service, with a copy of the Node
          that runs it now. Its applications go on. Takes the token as run does.
uninstall Stops the agent and its applications, and removes what install wrote. Keys,
          versions and logs stay in /var/lib/rollcall-agent.

  --state DIR        Folder for keys, journals, versions and logs. One agent per folder.
  --token-file FILE  Where the enrolment token stands; - reads standard input.
  --name NAME        Name of this host in the console; its host name when left out.
  --standalone FILE  Runs without a control plane; FILE says where releases come from
                     (docs/standalone.md).
  --foreground-log   Also writes the log to standard error.
  --json             Prints JSON instead of text.
  --root DIR         Installs into this folder, for a machine image, and starts nothing.
  --print            Prints the unit and does nothing.
  --purge NAME       Removes keys, versions and logs, too; NAME is this host's, typed.

DIR/overrides.json is the host's own file. It lays variables over what a release asks for:
  { "org.example.web": { "environment": { "PORT": "8081" } } }
`;
