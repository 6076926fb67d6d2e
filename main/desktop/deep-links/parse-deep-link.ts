/** The scheme that the operating system opens with this application. Not the window's internal `app:`. */
export const DEEP_LINK_SCHEME = "rollcall";

const MAX_LENGTH = 600;

/** What a view's address is made of. Anything else is refused, since a link may come from any web page or mail. */
const CONSOLE_PATH = /^\/[A-Za-z0-9/_.~-]*$/;
const CONSOLE_QUERY = /^(?:\?[A-Za-z0-9=&_.~:%+,<>-]*)?$/;

/**
 * The console path that a `rollcall://open/<path>` link names (`rollcall://open/rollouts/42` gives `/rollouts/42`), or
 * undefined when it is no such link. A link only shows a view; it never does anything.
 */
export function parseDeepLink(text: string): string | undefined {
  const url = text.length > MAX_LENGTH ? null : URL.parse(text);
  if (url === null || url.protocol !== `${DEEP_LINK_SCHEME}:` || url.host !== "open") return undefined;
  if (url.username !== "" || url.password !== "" || url.hash !== "") return undefined;
  const path = url.pathname === "" ? "/" : url.pathname;
  if (!CONSOLE_PATH.test(path) || path.startsWith("//") || path.split("/").some((segment) => /^\.+$/.test(segment))) return undefined;
  return CONSOLE_QUERY.test(url.search) ? path + url.search : undefined;
}

/** The first deep link among a program's arguments, as Windows and Linux hand them over. */
export function deepLinkAmong(args: readonly string[]): string | undefined {
  for (const arg of args) {
    const path = parseDeepLink(arg);
    if (path !== undefined) return path;
  }
  return undefined;
}
