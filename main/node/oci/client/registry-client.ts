import { AppError } from "#shared/errors/app-error.ts";
import { scopeTexts, type AccessScope } from "../auth/access-scope.ts";
import { Authenticator } from "../auth/authenticator.ts";
import { parseChallenges } from "../auth/challenge.ts";
import type { CredentialSource } from "../auth/registry-credentials.ts";
import type { HttpAnswer, HttpRequest } from "../http/http-messages.ts";
import { HttpSession } from "../http/http-session.ts";
import { readAddress, type Reach } from "../http/reach.ts";
import { drain } from "../http/read-bounded.ts";
import type { RegistryLimits } from "../registry-limits.ts";
import { registryError } from "./registry-error.ts";

/** One request to the registry. */
export type RegistryRequest = {
  readonly method: HttpRequest["method"];
  /** A path below the registry's root, or an address that it gave. */
  readonly to: string | URL;
  readonly scope?: AccessScope;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest["body"];
  /** Statuses that are answers here; every other one is thrown. */
  readonly expect: readonly number[];
  /** For messages: `the tag list of team/app`. */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly idleMs?: number;
  readonly totalMs?: number;
  /** Hands a redirect out instead of following it. */
  readonly keepRedirect?: boolean;
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What it takes to talk to one registry. */
export type RegistryClientParts = {
  readonly reach: Reach;
  readonly credentials: CredentialSource;
  readonly limits: RegistryLimits;
  readonly now: () => number;
};

/**
 * Speaks to one registry: logs in when it is asked to, and follows redirects of reads hop by hop, without credentials as
 * soon as they leave the registry's origin. A challenge of another origin is never answered.
 */
export class RegistryClient {
  readonly reach: Reach;
  readonly limits: RegistryLimits;
  readonly now: () => number;
  readonly #session = new HttpSession();
  readonly #login: Authenticator;

  constructor({ reach, credentials, limits, now }: RegistryClientParts) {
    this.reach = reach;
    this.limits = limits;
    this.now = now;
    this.#login = new Authenticator(credentials, { session: this.#session, reach, limits, now });
  }

  /**
   * Sends a request and answers when the status is one of those expected; the body is the caller's to read.
   *
   * @throws AppError as ReleaseStore says.
   */
  async send(request: RegistryRequest): Promise<HttpAnswer> {
    let url = typeof request.to === "string" ? new URL(request.to, this.reach.registry) : request.to;
    for (let hop = 0; hop <= this.limits.redirects; hop += 1) {
      const answer = await this.#sendTo(url, request);
      const isRedirect = REDIRECTS.has(answer.status);
      if (request.expect.includes(answer.status) || (isRedirect && request.keepRedirect === true)) return answer;
      if (!isRedirect || !["GET", "HEAD"].includes(request.method)) throw await this.#refusal(answer, request);
      await drain(answer, this.limits.smallBytes);
      url = this.address(answer.headers.location, url);
    }
    throw new AppError(
      "STORE_PROTOCOL",
      `${this.reach.registry.host} redirected ${request.what} more than ${this.limits.redirects} times.`,
    );
  }

  /** As {@link send}, for answers whose body says nothing. */
  async sendForHead(request: RegistryRequest): Promise<HttpAnswer> {
    const answer = await this.send(request);
    await drain(answer, this.limits.smallBytes);
    return answer;
  }

  /** An address that the registry sent, relative to the one that was asked. @throws AppError STORE_PROTOCOL. */
  address(text: string | undefined, base: URL): URL {
    return readAddress(text, base, this.reach);
  }

  async #sendTo(url: URL, request: RegistryRequest): Promise<HttpAnswer> {
    if (url.origin !== this.reach.registry.origin) return this.#sendAs(url, request, undefined);
    const sent = await this.#login.header(request.scope, request.signal);
    const answer = await this.#sendAs(url, request, sent);
    if (answer.status !== 401) return answer;
    await drain(answer, this.limits.smallBytes);
    const better = await this.#login.answer(answer.headers["www-authenticate"], request.scope, sent, request.signal);
    return this.#sendAs(url, request, better);
  }

  #sendAs(url: URL, request: RegistryRequest, authorization: string | undefined): Promise<HttpAnswer> {
    return this.#session.send({
      method: request.method,
      url,
      headers: { "user-agent": "rollcall", ...request.headers, ...(authorization !== undefined && { authorization }) },
      body: request.body,
      signal: request.signal,
      idleMs: request.idleMs ?? this.limits.idleMs,
      totalMs: request.totalMs ?? this.limits.documentMs,
    });
  }

  async #refusal(answer: HttpAnswer, { what, scope }: RegistryRequest): Promise<AppError> {
    const challenge = parseChallenges(answer.headers["www-authenticate"]).find(({ scheme }) => scheme === "bearer");
    // The token was fresh, so the service gave it with fewer rights than were asked for.
    if (answer.status === 401 && scope !== undefined && challenge?.parameters.get("error") === "insufficient_scope") {
      answer.discard();
      return new AppError(
        "STORE_FORBIDDEN",
        `${answer.url.host} refused ${what}: these credentials do not allow ${scopeTexts(scope).join(" ")}.`,
      );
    }
    return registryError(answer, what, { smallBytes: this.limits.smallBytes, now: this.now() });
  }
}
