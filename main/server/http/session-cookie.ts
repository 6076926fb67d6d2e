import type { IncomingMessage } from "node:http";

/** How this server's cookie is named and sent. */
export type CookieTerms = {
  /** Browsers share cookies between ports of one host, so that the name carries the port. */
  readonly port: number;
  readonly isSecure: boolean;
};

/** The terms of the connection that a request came over. */
export function cookieTermsOf({ socket }: Pick<IncomingMessage, "socket">): CookieTerms {
  return { port: socket.localPort ?? 0, isSecure: "encrypted" in socket && socket.encrypted === true };
}

/** The session secret that a browser sent, or undefined. */
export function readSessionCookie(headers: { readonly cookie?: string | undefined }, terms: CookieTerms): string | undefined {
  const prefix = `${cookieName(terms)}=`;
  const found = (headers.cookie ?? "").split(";").find((one) => one.trim().startsWith(prefix));
  const value = found?.trim().slice(prefix.length);
  return value !== undefined && /^[A-Za-z0-9_-]{20,100}$/.test(value) ? value : undefined;
}

/** Gives a browser its session: out of reach of scripts, and sent along by our own pages only. */
export function sessionCookie(secret: string, lifetimeMs: number, terms: CookieTerms): string {
  return `${cookieName(terms)}=${secret}; Max-Age=${Math.floor(lifetimeMs / 1000)}; ${attributes(terms)}`;
}

/** Takes the session back. */
export function endedSessionCookie(terms: CookieTerms): string {
  return `${cookieName(terms)}=; Max-Age=0; ${attributes(terms)}`;
}

function cookieName(terms: CookieTerms): string {
  return `rollcall-${terms.port}`;
}

function attributes(terms: CookieTerms): string {
  return `Path=/; HttpOnly; SameSite=Strict${terms.isSecure ? "; Secure" : ""}`;
}
