import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import type { Callers } from "./callers.ts";
import type { Exchange } from "./exchange.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { readBodyAs } from "./read-body.ts";
import { sendPage } from "./send-page.ts";
import { cookieTermsOf, endedSessionCookie, readSessionCookie, sessionCookie } from "./session-cookie.ts";

const loginBody = z.object({ code: z.string().max(100) });

type Parts = {
  readonly access: ControlPlane["access"];
  readonly clock: Pick<Clock, "now">;
  readonly limit: FailureLimit;
  readonly callers: Pick<Callers, "requireOwnPage">;
};

/** The address that a login link has. The code stands in the fragment, which browsers send to nobody and logs never see. */
export function loginAddress(origin: string, secret: string): string {
  return `${origin}/login#${secret}`;
}

/** Turns a one-time login link into a session (`/login`), and ends sessions (`/logout`). */
export function loginMount(parts: Parts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { request, response, path } = exchange;
    if (path === "/login" && (request.method === "GET" || request.method === "HEAD")) return sendPage(request, response, loginPage);
    if (request.method !== "POST") throw new AppError("NOT_FOUND", "There is nothing at this address.");
    if (path === "/login") return logIn(parts, exchange);
    return logOut(parts, exchange);
  };
}

async function logIn({ access, clock, limit, callers }: Parts, { request, response, remote }: Exchange): Promise<void> {
  // A program without a browser sends no origin; a page of somebody else must not log its visitor in as another person.
  if (request.headers.origin !== undefined) callers.requireOwnPage(request);
  const { code } = await readBodyAs(request, loginBody, { maxBytes: 1024 });
  const session = await limit.guard(remote, () => access.redeemLoginLink(code));
  response.setHeader("set-cookie", sessionCookie(session.secret, session.expiresAt - clock.now(), cookieTermsOf(request)));
  response.writeHead(204, { "cache-control": "no-store" }).end();
}

async function logOut({ access, callers }: Parts, { request, response }: Exchange): Promise<void> {
  callers.requireOwnPage(request);
  const terms = cookieTermsOf(request);
  const session = readSessionCookie(request.headers, terms);
  if (session !== undefined) await access.endSession(session);
  response.setHeader("set-cookie", endedSessionCookie(terms));
  response.writeHead(204, { "cache-control": "no-store" }).end();
}

/** Looks like the console's own logged-out page, without needing its bundle. */
const LOGIN_STYLE = `
:root{color-scheme:light dark}
body{margin:0;display:grid;place-items:center;min-height:100vh;font:14px/1.5 "Inter Variable",system-ui,sans-serif;color:light-dark(#14171c,#eceef0);background:light-dark(#f6f7f9,#111213)}
main{box-sizing:border-box;width:min(100% - 48px,420px);padding:32px;border:1px solid light-dark(#e3e6ea,#2c2e33);border-radius:16px;background:light-dark(#fff,#1d1e21)}
h1{margin:18px 0 12px;font-size:20px;letter-spacing:-.018em}
p{margin:0 0 14px;color:light-dark(#4a5260,#b3b8bf)}
p:empty{display:none}
code{display:block;padding:8px 10px;border:1px solid light-dark(#e3e6ea,#2c2e33);border-radius:8px;background:light-dark(#f6f7f9,#111213);font:12.5px/1.5 ui-monospace,monospace}
code[hidden]{display:none}`;

/**
 * The page behind a login link. It takes the code out of the address and of the history before it does anything else,
 * and redeems it by POST, so that whatever follows links ahead of people uses none of them up.
 */
function loginPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in · Rollcall</title>
<link rel="icon" type="image/svg+xml" href="/mark.svg">
<style nonce="${nonce}">${LOGIN_STYLE}</style>
<main>
<img src="/mark.svg" alt="" width="40" height="40">
<h1 id="title">Logging in…</h1>
<p id="message" role="status"></p>
<code id="command" hidden>rollcall login --link</code>
<noscript>Rollcall's console needs JavaScript. The command line does everything it does.</noscript>
</main>
<script nonce="${nonce}">
const code = location.hash.slice(1);
history.replaceState(null, "", "/login");
const say = (text, needsLink) => {
  document.getElementById("title").textContent = "You are not logged in";
  document.getElementById("message").textContent = text + (needsLink ? " Print a new one-time link on the control plane's machine with:" : "");
  document.getElementById("command").hidden = !needsLink;
};
if (code === "") say("This address needs a one-time link.", true);
else fetch("/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) }).then(
  async (answer) => {
    if (answer.ok) return location.replace("/");
    const failure = await answer.json();
    say(failure.message, true);
  },
  () => say("The control plane could not be reached. Open the link again.", false),
);
</script>
</html>`;
}
