import { APP_HOST, APP_SCHEME } from "#shared/contract/shell-names.ts";

/**
 * Whether the address is a page of ours. Scheme and host are compared by hand: Node's URL knows no origin for schemes
 * other than the web's and answers "null" for all of them, which would make every custom scheme equal.
 */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === "" && url.password === "";
}
