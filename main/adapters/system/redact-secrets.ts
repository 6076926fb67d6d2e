const HIDDEN = "[redacted]";

/**
 * Texts that are secrets by their form, wherever they stand: keys in PEM, credentials of HTTP, tokens of GitHub and of
 * our own, what stands before the `@` of an address, and signed or secret parameters of one. Lines are JSON, so line
 * breaks of a PEM are written as `\n` in them.
 */
const FORMS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/gs, HIDDEN],
  // PKCS #8 of an Ed25519 key in base64 and hex: its first bytes are the same for each.
  [/MC4CAQAwBQYDK2VwBCIEI[A-Za-z0-9+/_=-]{43,44}/g, HIDDEN],
  [/302e020100300506032b657004220420[0-9a-f]{64}/gi, HIDDEN],
  [/\b(Bearer|Basic|token)( +)(?:(?=[A-Za-z._~+/=-]*\d)[A-Za-z0-9._~+/=-]{12,}|[A-Za-z._~+/=-]{24,})/gi, `$1$2${HIDDEN}`],
  [/\b(?:gh[a-z]_|github_pat_|rct_|rcl1\.|rch1\.)[A-Za-z0-9._-]{16,}/g, HIDDEN],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/"'\\@]{1,2000}@/gi, `$1${HIDDEN}@`],
  [/([?&](?:[a-z0-9._-]{0,40}(?:token|secret|signature|password|credential)|sig|code|key)=)[^&\s"'\\#]{4,}/gi, `$1${HIDDEN}`],
];

/** Blanks what looks like a secret in a line of a log, whoever wrote it: the last net, below the rule that nobody logs one. */
export function redactSecrets(line: string): string {
  return FORMS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
