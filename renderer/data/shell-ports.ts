import { createPortLink, type PortLink } from "./port-link.ts";
import type { Link } from "./contract-client.ts";

/** What the preload script posts into its own window, with one port, whenever the control plane (re)starts. */
export const PORT_MESSAGE = "rollcall:port";

/** What asks the preload script for a port once the page listens, so that none arrives unheard. */
export const PORT_REQUEST = "rollcall:port-please";

/** True inside the desktop's own window, which is served from `app://`. */
export function isDesktopWindow(protocol: string): boolean {
  return protocol === "app:";
}

/**
 * A link over whichever port came last. Calls wait for the first one; when the control plane restarts, the old port's
 * calls fail and the next calls go over the new port. Only messages of this very window are heard.
 */
export function createShellLink(page: Window): Link {
  const first = Promise.withResolvers<PortLink>();
  let current: PortLink | undefined;
  page.addEventListener("message", (event) => {
    const port = event.ports[0];
    if (event.source !== page || event.data !== PORT_MESSAGE || port === undefined) return;
    current = createPortLink(port);
    first.resolve(current);
  });
  page.postMessage(PORT_REQUEST, page.location.origin);
  return { call: async (path, input, options) => (current ?? (await first.promise)).link.call(path, input, options) };
}
