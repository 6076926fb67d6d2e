import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { HttpAnswer, HttpRequest } from "../http/http-messages.ts";
import type { HttpSession } from "../http/http-session.ts";
import { readAddress, type Reach } from "../http/reach.ts";
import { readBounded } from "../http/read-bounded.ts";
import { retryAfterMs } from "../../retry-after.ts";
import type { RegistryLimits } from "../registry-limits.ts";
import { basicHeader, type RegistryCredentials } from "./registry-credentials.ts";

/** What a Bearer challenge asks for. */
export type TokenWish = { readonly realm: string; readonly service: string | undefined; readonly scopes: readonly string[] };

/** A token with its last moment, in epoch milliseconds. */
export type AccessToken = { readonly token: string; readonly expiresAt: number };

/** What it takes to ask a token service. */
export type TokenServiceParts = {
  readonly session: HttpSession;
  readonly reach: Reach;
  readonly limits: RegistryLimits;
  readonly now: () => number;
};

const tokenText = z.string().min(1).max(16_384);
const tokenAnswer = z.object({
  token: tokenText.optional(),
  access_token: tokenText.optional(),
  expires_in: z.number().positive().max(86_400).optional().catch(undefined),
});

/** The token specification's time for tokens that name none. */
const DEFAULT_LIFE_S = 60;
/** A token that ends within this time would end on the way. */
const MARGIN_MS = 5000;
const CLIENT_ID = "rollcall";

/**
 * Fetches a token for the scopes. The service is one that the registry named; it is asked over TLS unless the registry
 * itself may be asked without, and its redirects are not followed, so that credentials stay with it.
 *
 * @throws AppError STORE_CREDENTIALS_REFUSED when the service refuses them, STORE_PROTOCOL, and what the connection throws.
 */
export async function fetchToken(
  wish: TokenWish,
  credentials: RegistryCredentials | undefined,
  parts: TokenServiceParts,
  signal: AbortSignal,
): Promise<AccessToken> {
  const realm = readAddress(wish.realm, parts.reach.registry, parts.reach);
  const request =
    credentials?.kind === "identity" ? exchangeRequest(realm, wish, credentials.token) : tokenRequest(realm, wish, credentials);
  const { limits } = parts;
  const answer = await parts.session.send({ ...request, signal, idleMs: limits.idleMs, totalMs: limits.documentMs });
  const body = Buffer.from(await readBounded(answer, limits.smallBytes)).toString("utf8");
  if (answer.status !== 200) throw refusal(answer, realm, credentials !== undefined, parts.now());
  return readToken(body, realm, parts.now());
}

type Asking = Pick<HttpRequest, "method" | "url" | "headers" | "body">;

/** The older form, which every service knows. */
function tokenRequest(realm: URL, { service, scopes }: TokenWish, credentials: RegistryCredentials | undefined): Asking {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const basic = credentials?.kind === "basic" ? { authorization: basicHeader(credentials.username, credentials.password) } : {};
  return { method: "GET", url, headers: { accept: "application/json", ...basic } };
}

/** The OAuth 2 form, which alone takes identity tokens (as refresh tokens). */
function exchangeRequest(realm: URL, { service, scopes }: TokenWish, identityToken: string): Asking {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service: service ?? realm.host,
    client_id: CLIENT_ID,
    scope: scopes.join(" "),
    refresh_token: identityToken,
  });
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body: Buffer.from(form.toString()) };
}

function refusal({ status, headers }: HttpAnswer, realm: URL, hadCredentials: boolean, now: number): AppError {
  if (status === 400 || status === 401 || status === 403) {
    const who = hadCredentials ? "the store's credentials" : "a request without credentials";
    return new AppError("STORE_CREDENTIALS_REFUSED", `${realm.host} refused ${who} (${status}); nothing was transferred.`);
  }
  const waitMs = retryAfterMs(headers["retry-after"], now);
  const details = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (status === 429) {
    return new AppError("RATE_LIMITED", `${realm.host} was asked for tokens too often; nothing was transferred.`, { details });
  }
  if (status >= 500)
    return new AppError("REMOTE_UNREACHABLE", `${realm.host} gives no tokens now (${status}); nothing was transferred.`, { details });
  return new AppError("STORE_PROTOCOL", `${realm.host} answered a request for a token with status ${status}; nothing was transferred.`);
}

function readToken(body: string, realm: URL, now: number): AccessToken {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    document = undefined;
  }
  const answer = tokenAnswer.safeParse(document);
  const token = answer.data?.token ?? answer.data?.access_token;
  // What it says instead is not quoted: it may hold a token.
  if (token === undefined) throw new AppError("STORE_PROTOCOL", `${realm.host} answered no token; nothing was transferred.`);
  return { token, expiresAt: now + (answer.data?.expires_in ?? DEFAULT_LIFE_S) * 1000 - MARGIN_MS };
}
