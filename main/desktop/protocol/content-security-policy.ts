/**
 * The policy of the window's pages, sent as a header with each load: nothing by default, scripts
 * of the bundle only, styles of the bundle and those that carry this load's nonce. The page itself talks to nobody but
 * the bundle: its contract runs over a MessagePort.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
