/** The scheme that the operating system opens with this application. Not the window's internal `app:`. */
export const DEEP_LINK_SCHEME = "rollcall";

const MAX_LENGTH = 600;

/**
 * The whole link is matched as text, not repaired by a parser: it may come from any web page or mail. Encoded control
 * characters (`%00` to `%1F`, `%7F`) have no place in a view's address.
 */
const LINK =
  /^rollcall:\/\/open(?<path>\/[A-Za-z0-9/_.~-]*)?(?<query>\?(?:[A-Za-z0-9=&_.~:+,-]|%[2-9A-Fa-f][0-9A-Ea-e]|%[2-689A-Fa-f][Ff])*)?$/;

/**
 * The console path that a `rollcall://open/<path>` link names (`rollcall://open/rollouts/42` gives `/rollouts/42`), or
 * undefined when it is no such link. A link only shows a view; it never does anything.
 */
export function parseDeepLink(text: string): string | undefined {
  const found = text.length > MAX_LENGTH ? undefined : LINK.exec(text)?.groups;
  if (found === undefined) return undefined;
  const path = found["path"] ?? "/";
  if (path.startsWith("//") || path.split("/").some((segment) => /^\.+$/.test(segment))) return undefined;
  return path + (found["query"] ?? "");
}

/** The first deep link among a program's arguments, as Windows and Linux hand them over. */
export function deepLinkAmong(args: readonly string[]): string | undefined {
  for (const arg of args) {
    const path = parseDeepLink(arg);
    if (path !== undefined) return path;
  }
  return undefined;
}
