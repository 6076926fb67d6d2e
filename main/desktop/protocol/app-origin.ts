/** Scheme of the window's own pages. Registered as standard and secure, so that it has an origin like https has. */
export const APP_SCHEME = "app";

/** The one host of {@link APP_SCHEME}; every other host is refused. */
export const APP_HOST = "rollcall";

/** The origin of the window's own pages, as Chromium writes it. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/**
 * Whether the address is a page of ours. Scheme and host are compared by hand: Node's URL knows no origin for schemes
 * other than the web's and answers "null" for all of them, which would make every custom scheme equal.
 */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === "" && url.password === "";
}
