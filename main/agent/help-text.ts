/** What `rollcall-agent --help` prints. */
export const HELP_TEXT = `rollcall-agent: keeps one host on the releases that its control plane grants it.

Usage:
  rollcall-agent run --state DIR [--token-file FILE|-] [--name NAME] [--foreground-log]
  rollcall-agent status --state DIR [--json]
  rollcall-agent --help | --version

run       Runs the agent. The first time it needs an enrolment token, from a file, from
          standard input (-) or from ROLLCALL_ENROL_TOKEN; never as an argument, which
          every user of the machine could read.
status    Tells what a running or stopped agent knows: link, versions, phases.

  --state DIR        Folder for keys, journals, versions and logs. One agent per folder.
  --token-file FILE  Where the enrolment token stands; - reads standard input.
  --name NAME        Name of this host in the console; its host name when left out.
  --foreground-log   Also writes the log to standard error.
  --json             Prints JSON instead of text.

DIR/overrides.json is the host's own file. It lays variables over what a release asks for:
  { "org.example.web": { "environment": { "PORT": "8081" } } }
`;
