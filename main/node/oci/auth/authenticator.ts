import { AppError } from "#shared/errors/app-error.ts";
import { scopeTexts, type AccessScope } from "./access-scope.ts";
import { parseChallenges, type Challenge } from "./challenge.ts";
import { basicHeader, type CredentialSource } from "./registry-credentials.ts";
import { fetchToken, type AccessToken, type TokenServiceParts } from "./token-service.ts";

const MAX_TOKENS = 200;

/**
 * Knows how one registry wants to be spoken to. It learns from the registry's challenges, so that only the first request
 * is sent without credentials; tokens are kept in memory by their scopes until shortly before they end.
 */
export class Authenticator {
  readonly #source: CredentialSource;
  readonly #parts: TokenServiceParts;
  readonly #tokens = new Map<string, Promise<AccessToken>>();
  #challenge: Challenge | undefined;

  constructor(source: CredentialSource, parts: TokenServiceParts) {
    this.#source = source;
    this.#parts = parts;
  }

  /** What to send along, by what has been learned; undefined before the first challenge and to registries that want nothing. */
  async header(scope: AccessScope | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (this.#challenge === undefined) return undefined;
    return this.#challenge.scheme === "basic" ? this.#basic() : this.#bearer(this.#challenge, scope, signal);
  }

  /**
   * Learns from a refusal (401) and answers what to send the next time.
   *
   * @throws AppError STORE_CREDENTIALS_REFUSED when there is nothing better to send, STORE_FORBIDDEN when the token was
   * good and not enough, and what the token service throws.
   */
  async answer(header: string | undefined, scope: AccessScope | undefined, sent: string | undefined, signal: AbortSignal): Promise<string> {
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters.has("realm"));
    const challenge = bearer ?? challenges.find(({ scheme }) => scheme === "basic");
    if (challenge === undefined) throw this.#refused("asks for a kind of login that Rollcall does not know");
    this.#challenge = challenge;
    this.#tokens.delete(keyOf(challenge, scope));
    const next = await this.header(scope, signal);
    if (next === undefined) throw this.#refused("asks for credentials, and the store has none");
    if (challenge.scheme === "basic" && next === sent) throw this.#refused("refused the store's credentials");
    return next;
  }

  async #basic(): Promise<string | undefined> {
    const credentials = await this.#source();
    if (credentials === undefined) return undefined;
    if (credentials.kind === "bearer") return `Bearer ${credentials.token}`;
    if (credentials.kind === "identity") throw this.#refused("wants a user name with the password, and the store has none");
    return basicHeader(credentials.username, credentials.password);
  }

  async #bearer(challenge: Challenge, scope: AccessScope | undefined, signal: AbortSignal): Promise<string> {
    const credentials = await this.#source();
    if (credentials?.kind === "bearer") return `Bearer ${credentials.token}`;
    const key = keyOf(challenge, scope);
    const known = await this.#tokens.get(key)?.catch(() => undefined);
    if (known !== undefined && known.expiresAt > this.#parts.now()) return `Bearer ${known.token}`;
    const wish = {
      realm: challenge.parameters.get("realm") ?? "",
      service: challenge.parameters.get("service"),
      scopes: scopesOf(challenge, scope),
    };
    const fetched = fetchToken(wish, credentials, this.#parts, signal);
    this.#keep(key, fetched);
    return `Bearer ${(await fetched).token}`;
  }

  #keep(key: string, token: Promise<AccessToken>): void {
    if (this.#tokens.size >= MAX_TOKENS) this.#tokens.clear();
    this.#tokens.set(key, token);
    // Whoever asked for it is told; a failure is not kept for the others.
    token.catch(() => this.#tokens.delete(key));
  }

  #refused(what: string): AppError {
    return new AppError("STORE_CREDENTIALS_REFUSED", `${this.#parts.reach.registry.host} ${what}; nothing was transferred.`);
  }
}

/** Our own scopes, or what the registry asked for where a request belongs to no repository. */
function scopesOf(challenge: Challenge, scope: AccessScope | undefined): readonly string[] {
  if (scope !== undefined) return scopeTexts(scope);
  return challenge.parameters.get("scope")?.split(" ").slice(0, 8) ?? [];
}

function keyOf(challenge: Challenge, scope: AccessScope | undefined): string {
  const { parameters } = challenge;
  return JSON.stringify([parameters.get("realm"), parameters.get("service"), ...scopesOf(challenge, scope)]);
}
