import type { IncomingMessage } from "node:http";

/** Whether a request may have what it asks for. `unauthenticated` asks for credentials, `denied` does not. */
export type AccessVerdict = "allowed" | "unauthenticated" | "denied";

/** Decides about one request; the shell knows sessions, API tokens and hosts' access tokens. */
export type Authorise<T> = (request: IncomingMessage, wanted: T) => Promise<AccessVerdict>;
