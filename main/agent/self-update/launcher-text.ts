import { SERVICE_NAME } from "../install/install-paths.ts";

/**
 * Options of the runtime that narrow what the agent can do and what it takes, and that no child inherits: no code from
 * text, no native modules (it has none), no `__proto__`, no debugger by signal; and one MiB for what is young on its heap,
 * which Node would let grow to sixteen and keep: eight MiB less of an idle agent, at no cost of time that could be measured.
 */
export const RUNTIME_OPTIONS = [
  "--disallow-code-generation-from-strings",
  "--no-addons",
  "--disable-proto=throw",
  "--disable-sigusr1",
  "--max-semi-space-size=1",
] as const;

/** Tells the agent that the launcher started it, and from where. */
export const LIBRARY_VARIABLE = "ROLLCALL_AGENT_LIBRARY";

/** So often a version on trial is started before the one before it is taken back. */
export const TRIAL_STARTS = 3;

/** Names beside the launcher: a version is on trial; one was given up. Both hold `<link target of the version before> <starts>`. */
export const TRIAL_FILE = "trial";
export const GIVEN_UP_FILE = "given-up";

/**
 * The program that the service starts. It is older than every version that it starts, so that a new agent which cannot
 * even be read still gives way to the one before: whoever starts the service again is all that is needed.
 *
 *     trial of A → B:  start, start, start ──▶ `current` goes back to A, `trial` becomes `given-up`
 *                        └─ B removes `trial` once it serves and is heard
 */
export const LAUNCHER_TEXT = `#!/bin/sh
library=$(dirname -- "$0")
counted() {
  case "$starts" in '' | *[!0-9]*) return 1 ;; esac
  [ "$starts" -lt ${TRIAL_STARTS} ] || return 1
  echo "$before $((starts + 1))" > "$library/${TRIAL_FILE}.next" && mv -f "$library/${TRIAL_FILE}.next" "$library/${TRIAL_FILE}"
}
if [ -f "$library/${TRIAL_FILE}" ]; then
  read -r before starts < "$library/${TRIAL_FILE}"
  if ! counted; then
    if [ -n "$before" ] && [ -x "$library/$before/node" ]; then
      ln -sfn "$before" "$library/current.back" && mv -fT "$library/current.back" "$library/current"
    fi && mv -f "$library/${TRIAL_FILE}" "$library/${GIVEN_UP_FILE}"
  fi
  sync
fi
export ${LIBRARY_VARIABLE}="$library"
exec "$library/current/node" ${RUNTIME_OPTIONS.join(" ")} "$library/current/${SERVICE_NAME}.mjs" "$@"
`;
