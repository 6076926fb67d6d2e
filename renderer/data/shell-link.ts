import { shellMessage, type CoreState, type RollcallShell } from "#shared/contract/shell.ts";
import { clientError } from "./client-error.ts";
import type { Link } from "./contract-client.ts";
import { coreStore } from "./core-store.ts";
import { createPortLink, type PortLink } from "./port-link.ts";

/**
 * A link over whichever port the shell handed over last. Calls wait for the first one; when the control plane restarts,
 * calls on the old port fail and the next ones go over the new port. Only messages of this very window are heard.
 */
export function createShellLink(page: Window, shell: RollcallShell<File>): Link {
  const first = Promise.withResolvers<PortLink>();
  let current: PortLink | undefined;
  const connect = () => void shell.connect().catch((thrown: unknown) => first.reject(clientError(thrown)));
  const coreChanged = (core: CoreState): void => {
    coreStore.setState({ core });
    // Whatever is not ready cannot hold the other end of the port that we have.
    if (core.state !== "ready") current?.end();
    else if (current?.isClosed() === true) connect();
  };
  page.addEventListener("message", (event) => {
    const message = shellMessage.safeParse(event.data);
    if (event.source !== page || event.origin !== page.location.origin || !message.success) return;
    const port = event.ports[0];
    if (message.data.kind === "rollcall.core") coreChanged(message.data.core);
    if (message.data.kind !== "rollcall.port" || port === undefined) return;
    current = createPortLink(port);
    first.resolve(current);
  });
  connect();
  return { call: async (path, input, options) => (current ?? (await first.promise)).link.call(path, input, options) };
}
