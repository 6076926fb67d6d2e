import { RPCLink } from "@orpc/client/fetch";
import { SimpleCsrfProtectionLinkPlugin } from "@orpc/client/plugins";
import type { Link } from "./contract-client.ts";

/** Calls a control plane at `origin` over HTTP with the browser's session cookie. */
export function createHttpLink(origin: string): Link {
  return new RPCLink({
    url: `${origin}/rpc`,
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    fetch: (request, init) => fetch(request, { ...init, credentials: "include" }),
  });
}
