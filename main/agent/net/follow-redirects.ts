import { AppError } from "#shared/errors/app-error.ts";
import { HttpClient, type HttpAnswer, type HttpRequest } from "./http-client.ts";

/** Hops that a short-lived place of a file may take; registries need one, content networks a second. */
const MAX_HOPS = 3;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What a short-lived address answers when its time is over. */
const EXPIRED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/** What the followed request ended in, and whether another origin than the asked one gave the answer. */
type Followed = { readonly answer: HttpAnswer; readonly url: URL; readonly isElsewhere: boolean };

function nextHop(answer: HttpAnswer, from: URL, first: URL): URL {
  const { location } = answer.headers;
  const next = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  // Plain HTTP stays on one machine, and only where the control plane is on it, too: it must not reach into a host's own services.
  const isLocal = next?.protocol === "http:" && LOOPBACK.test(next.hostname) && LOOPBACK.test(first.hostname);
  if (next !== undefined && (next.protocol === "https:" || isLocal) && next.username === "" && next.password === "") return next;
  throw new AppError("REMOTE_UNREACHABLE", `${from.host} sends this host to where it does not go for a file; nothing was fetched.`, {
    details: { from: from.host },
  });
}

async function follow(http: HttpClient, first: URL, token: string | undefined, request: HttpRequest): Promise<Followed> {
  // Elsewhere the certificate is an authority's word: the pin is the control plane's.
  const elsewhere = new HttpClient(undefined);
  let url = first;
  for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
    const isElsewhere = url.origin !== first.origin;
    const headers = isElsewhere || token === undefined ? { ...request.headers } : { ...request.headers, Authorization: `Bearer ${token}` };
    const answer = await (isElsewhere ? elsewhere : http).send(url, { ...request, headers });
    if (!REDIRECTS.has(answer.status)) return { answer, url, isElsewhere };
    answer.body.destroy();
    url = nextHop(answer, url, first);
  }
  throw new AppError("REMOTE_UNREACHABLE", `${first.host} sends this host in circles; nothing was fetched.`);
}

/**
 * Asks for a file that may lie elsewhere: the control plane answers 307 with a short-lived address, which is followed over
 * https without the token. An address whose time is over is asked for anew, once.
 *
 * @param token goes to the origin of `url` alone, whatever sends the request on.
 * @throws AppError REMOTE_UNREACHABLE for a place that is not gone to, too many hops, or a short-lived address that is
 *   refused twice; else as {@link HttpClient.send}.
 */
export async function sendFollowing(http: HttpClient, url: URL, token: string | undefined, request: HttpRequest): Promise<HttpAnswer> {
  for (let isSecond = false; ; isSecond = true) {
    const { answer, url: place, isElsewhere } = await follow(http, url, token, request);
    if (!isElsewhere || !EXPIRED.has(answer.status)) return answer;
    answer.body.destroy();
    if (!isSecond) continue;
    throw new AppError("REMOTE_UNREACHABLE", `${place.host}, where this host was sent on to for the file, refuses it (${answer.status}).`, {
      details: { host: place.host, status: answer.status },
    });
  }
}
