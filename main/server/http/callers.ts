import type { IncomingMessage } from "node:http";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import { requireOwnOrigin } from "./own-addresses.ts";
import { cookieTermsOf, readSessionCookie } from "./session-cookie.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

type Parts = {
  readonly plane: Pick<ControlPlane, "access" | "hosts" | "settings">;
  /** The token of this run, which lies in the data folder (0600) for the programs of the same user. */
  readonly runToken: string;
  readonly runPrincipal: Principal;
};

/** Finds out who sends a request: a person's browser by its session cookie, a program or a host by its Bearer token. */
export class Callers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * The person or program behind a request; undefined when it carries nothing that is valid here.
   *
   * @throws AppError ACCESS_DENIED when a browser sends something unsafe that does not come from our own page.
   */
  async principalOf(request: IncomingMessage): Promise<Principal | undefined> {
    const token = bearerOf(request);
    if (token !== undefined) {
      return token === this.#parts.runToken ? this.#parts.runPrincipal : this.#parts.plane.access.principalOfApiToken(token);
    }
    const session = readSessionCookie(request.headers, cookieTermsOf(request));
    if (session === undefined) return undefined;
    if (!SAFE_METHODS.has(request.method ?? "")) this.requireOwnPage(request);
    return this.#parts.plane.access.principalOfSession(session);
  }

  /** @throws AppError ACCESS_DENIED unless a page of ours sent the request. */
  requireOwnPage(request: IncomingMessage): void {
    const { origin, host } = request.headers;
    const { isSecure } = cookieTermsOf(request);
    requireOwnOrigin({ origin, host, isSecure }, this.#parts.plane.settings.current.publicUrls);
  }

  /** As {@link principalOf}. @throws AppError ACCESS_UNAUTHENTICATED as well. */
  async requirePrincipal(request: IncomingMessage): Promise<Principal> {
    const principal = await this.principalOf(request);
    if (principal === undefined) throw new AppError("ACCESS_UNAUTHENTICATED", "You are not logged in, or not any more; nothing was done.");
    return principal;
  }

  /** The active host that sends its access token, or undefined. */
  async hostOf(request: IncomingMessage): Promise<HostId | undefined> {
    const token = bearerOf(request);
    return token === undefined ? undefined : (await this.#parts.plane.hosts.link.hostOfAccessToken(token))?.hostId;
  }
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9._~-]{10,1000})$/.exec(request.headers.authorization ?? "")?.[1];
}
