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
