import { ERROR_CODES } from "#shared/errors/codes.ts";

const HEAD = `# Error codes

Made by \`npm run docs\` from \`shared/errors/codes.ts\`; edit that. Every failure of Rollcall has one of these codes, on
every wire and in every program. The message says what happened and what was not done; the last column says what to do.
Exit codes of the CLI: 2 usage, 3 access, 4 not found, 5 conflict, 6 refused by a rule, 7 integrity, 8 remote,
9 environment, 70 a fault of Rollcall's own, 78 a Node that is too old.

| code | HTTP | exit | again later? | what to do |
|---|---|---|---|---|
`;

/** The text of \`docs/errors.md\`. A test compares it with the file, so that the page cannot go stale. */
export function errorsDocument(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, entry]) =>
      `| \`${code}\` | ${entry.status} | ${entry.exit} | ${entry.retryable ? "yes" : "no"} | ${entry.next.replaceAll("|", "\\|")} |\n`,
  );
  return HEAD + rows.join("");
}
