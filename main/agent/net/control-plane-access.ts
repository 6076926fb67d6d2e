import { AppError } from "#shared/errors/app-error.ts";

/** Where the control plane is, and the short-lived token for its files. */
export type Access = { readonly baseUrl: string; readonly token: string };

/**
 * The way to the control plane's files, as the last open link gave it. The token is bound to that address: it is never
 * sent to another one of the list, even if that one should be the same control plane.
 */
export class ControlPlaneAccess {
  #access: (Access & { readonly untilMs: number }) | undefined;
  readonly #nowMs: () => number;

  /** @param nowMs the monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The link at `baseUrl` gave a token that lasts `ttlMs` from now. */
  grant(baseUrl: string, token: string, ttlMs: number): void {
    this.#access = { baseUrl, token, untilMs: this.#nowMs() + ttlMs };
  }

  /** @throws AppError TRANSPORT_CLOSED while no link has given a token that still lasts. */
  current(): Access {
    const access = this.#access;
    if (access === undefined || this.#nowMs() >= access.untilMs) {
      throw new AppError("TRANSPORT_CLOSED", "There is no link to the control plane that would let files be fetched; nothing was fetched.");
    }
    return { baseUrl: access.baseUrl, token: access.token };
  }
}

/** The address of `path` at the control plane, whatever path its own address has. */
export function urlAt(baseUrl: string, path: string): URL {
  return new URL(baseUrl.replace(/\/+$/, "") + path);
}
